"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.platform.saml import keeping_views, leaving_views, views

FEATURE = Feature(name="saml", pages=(views.bp, keeping_views.bp, leaving_views.bp))
