"""The ground floor: which municipalities there are, what each one's partnership opens, and whose rows one may see.

Read it in this order: `scope` (what a partnership is, as plain values), `reach` (whose rows the present work may see),
`ownership` and `walls` (how PostgreSQL enforces that), `models` (the tables), `database` (the one way to a transaction),
`register` (the 98 municipalities), `calendar` (days and months in Denmark).
"""
