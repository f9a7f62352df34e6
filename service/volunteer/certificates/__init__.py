"""Child certificates: that one was seen, by whom and until when. Never the certificate, its result or a CPR number."""
