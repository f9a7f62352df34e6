"""OIO-BPP by the examples that are published of it, and by what is none of it."""

from __future__ import annotations

import base64

import pytest

from service.platform.saml.oio_bpp import (
    MAX_GROUPS,
    MAX_IN_GROUP,
    MAX_SIGNS,
    NotPrivileges,
    PrivilegeGroup,
    PrivilegeScope,
    ScopeKind,
    privileges,
)

# The profile's model 2: scopes and delegation. Version 1.1 has the namespace of itst.dk, 1.2 that of digst.dk.
MODEL_2 = """<?xml version="1.0" encoding="UTF-8"?>
<bpp:PrivilegeList xmlns:bpp="http://{}/oiosaml/basic_privilege_profile" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:12345678">
    <Privilege>urn:dk:some_domain:myPrivilege1A</Privilege>
    <Privilege>urn:dk:some_domain:myPrivilege1B</Privilege>
  </PrivilegeGroup>
  <PrivilegeGroup Scope="urn:dk:gov:saml:seNumberIdentifier:27384223">
    <Privilege>urn:dk:some_domain:myPrivilege1C</Privilege>
    <Privilege>urn:dk:some_domain:myPrivilege1D</Privilege>
  </PrivilegeGroup>
</bpp:PrivilegeList>"""
# Its model 3: with constraints.
MODEL_3 = """<?xml version="1.0" encoding="UTF-8"?>
<bpp:PrivilegeList xmlns:bpp="http://digst.dk/oiosaml/basic_privilege_profile" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:12345678">
    <Constraint Name="urn:dk:kombit:KLE">25.*</Constraint>
    <Constraint Name="urn:dk:kombit:sensitivity">3</Constraint>
    <Privilege>urn:dk:kombit:system_xyz:view_case</Privilege>
  </PrivilegeGroup>
</bpp:PrivilegeList>"""
# As some providers write it: everything in the namespace of the list.
QUALIFIED = """<PrivilegeList xmlns="http://itst.dk/oiosaml/basic_privilege_profile">
  <PrivilegeGroup Scope="urn:dk:gov:saml:productionUnitIdentifier:1003290234">
    <Privilege>urn:dk:some_domain:myPrivilege1A</Privilege>
  </PrivilegeGroup>
</PrivilegeList>"""
# As the provider of a large supplier sends it, a citizen's power of attorney.
AS_SENT = (
    "PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz48YnBwOlByaXZpbGVnZUxpc3QgeG1sbnM6eHNpPSJodHRwOi8vd3d3LnczLm9yZy8yMDAx"
    "L1hNTFNjaGVtYS1pbnN0YW5jZSIgeG1sbnM6YnBwPSJodHRwOi8vZGlnc3QuZGsvb2lvc2FtbC9iYXNpY19wcml2aWxlZ2VfcHJvZmlsZSI+PFByaXZpbGVn"
    "ZUdyb3VwIFNjb3BlPSJ1cm46ZGs6Z292OnNhbWw6Y3ByTnVtYmVySWRlbnRpZmllcjoxNDEyNzQxMjczIj48UHJpdmlsZWdlPnVybjpkazprbWQ6cG46bmV4"
    "dXNib3JnZXJwb3J0YWw6ZnVsZG1hZ3Q8L1ByaXZpbGVnZT48L1ByaXZpbGVnZUdyb3VwPjwvYnBwOlByaXZpbGVnZUxpc3Q+"
)


def packed(xml: str) -> str:
    """As it stands in an assertion."""
    return base64.b64encode(xml.encode()).decode()


def listing(groups: str) -> str:
    """A list with these groups."""
    return packed(f'<PrivilegeList xmlns="http://digst.dk/oiosaml/basic_privilege_profile">{groups}</PrivilegeList>')


def group(inside: str, scope: str = "urn:dk:gov:saml:cvrNumberIdentifier:12345678") -> str:
    """A group."""
    return f'<PrivilegeGroup Scope="{scope}">{inside}</PrivilegeGroup>'


@pytest.mark.parametrize("version", ["itst.dk", "digst.dk"])
def test_the_example_with_scopes(version: str) -> None:
    assert privileges(packed(MODEL_2.format(version))) == (
        PrivilegeGroup(
            PrivilegeScope(ScopeKind.CVR, "12345678"),
            ("urn:dk:some_domain:myPrivilege1A", "urn:dk:some_domain:myPrivilege1B"),
        ),
        PrivilegeGroup(
            PrivilegeScope(ScopeKind.SE, "27384223"),
            ("urn:dk:some_domain:myPrivilege1C", "urn:dk:some_domain:myPrivilege1D"),
        ),
    )


def test_the_example_with_constraints() -> None:
    assert privileges(packed(MODEL_3)) == (
        PrivilegeGroup(
            PrivilegeScope(ScopeKind.CVR, "12345678"),
            ("urn:dk:kombit:system_xyz:view_case",),
            (("urn:dk:kombit:KLE", "25.*"), ("urn:dk:kombit:sensitivity", "3")),
        ),
    )


def test_a_list_that_is_qualified_throughout() -> None:
    (found,) = privileges(packed(QUALIFIED))
    assert found == PrivilegeGroup(
        PrivilegeScope(ScopeKind.P_NUMBER, "1003290234"), ("urn:dk:some_domain:myPrivilege1A",)
    )


def test_a_citizens_number_is_not_read() -> None:
    (found,) = privileges(AS_SENT)
    assert found == PrivilegeGroup(PrivilegeScope(ScopeKind.CPR, ""), ("urn:dk:kmd:pn:nexusborgerportal:fuldmagt",))


def test_a_scope_of_another_kind_is_told_as_it_stands() -> None:
    (found,) = privileges(listing(group("<Privilege>urn:a</Privilege>", "urn:dk:region:afdeling:17")))
    assert found.scope == PrivilegeScope(ScopeKind.OTHER, "urn:dk:region:afdeling:17")


def test_lines_that_were_wrapped_are_put_together() -> None:
    text = packed(MODEL_3)
    assert privileges("\n".join(text[place : place + 76] for place in range(0, len(text), 76))) == privileges(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Danmark",
        MODEL_3,  # no base64
        packed("<PrivilegeList>"),
        packed(MODEL_3.replace("digst.dk", "example.dk")),
        packed(MODEL_3.replace("PrivilegeList", "PrivilegeGroup")),
        packed("<a/>"),
        base64.b64encode(b"\xff\xfe\x00").decode(),
        base64.b64encode(b'<?xml version="1.0" encoding="x-none"?><a/>').decode(),
        listing(""),
        listing("<Privilege>urn:a</Privilege>"),
        listing(group("")),
        listing(group("<Privilege/>")),
        listing(group("<Privilege> </Privilege>")),
        listing(group("<Privilege>urn:a<b/></Privilege>")),
        listing(group("<Privilege>urn:a</Privilege><Role>urn:a</Role>")),
        listing(group("<Privilege>urn:a</Privilege><Constraint>3</Constraint>")),
        listing(group("<Privilege>urn:a</Privilege>", " ")),
        listing("<PrivilegeGroup><Privilege>urn:a</Privilege></PrivilegeGroup>"),
        listing(group("<Privilege>urn:a</Privilege>") * (MAX_GROUPS + 1)),
        listing(group("<Privilege>urn:a</Privilege>" * (MAX_IN_GROUP + 1))),
        listing(group("<Privilege>urn:a</Privilege>")) + " " * MAX_SIGNS,
        packed('<!DOCTYPE a><PrivilegeList xmlns="http://digst.dk/oiosaml/basic_privilege_profile"/>'),
        packed(MODEL_3.replace("?>", '?><!DOCTYPE a [<!ENTITY e "25.*">]>').replace("25.*<", "&e;<")),
        packed(MODEL_3.replace("?>", '?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">')),
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotPrivileges):
        privileges(text)


def test_as_many_as_there_may_be_pass() -> None:
    """The control of the bounds."""
    (found,) = privileges(listing(group("<Privilege>urn:a</Privilege>" * MAX_IN_GROUP)))
    assert len(found.privileges) == MAX_IN_GROUP
    assert len(privileges(listing(group("<Privilege>urn:a</Privilege>") * MAX_GROUPS))) == MAX_GROUPS
