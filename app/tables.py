"""Imports every table, so that metadata is whole for migrations and tests."""

from sqlalchemy.orm import configure_mappers

from app.admin import models as admin_models
from app.assessment import models as assessment_models
from app.credentials import keeping_models
from app.dashboard import models as dashboard_models
from app.db.base import Base
from app.learning import models as learning_models
from app.lti import copy_models, deep_linking_models, key_models, notice_models, service_models
from app.lti import models as lti_models
from app.lti import offer_models as lti_offer_models
from app.lti.roster import models as roster_models
from app.membership import look_models
from app.membership import models as membership_models
from app.progress import models as progress_models
from app.web import models as web_models

__all__ = [
    "admin_models",
    "assessment_models",
    "copy_models",
    "dashboard_models",
    "deep_linking_models",
    "keeping_models",
    "key_models",
    "learning_models",
    "look_models",
    "lti_models",
    "lti_offer_models",
    "membership_models",
    "metadata",
    "notice_models",
    "progress_models",
    "roster_models",
    "service_models",
    "web_models",
]

metadata = Base.metadata

# The quick paths make copies of rows before any session of this process was opened.
configure_mappers()
