"""The standard's own names: claims, scopes, roles and media types."""

from typing import Final

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DL: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
OUTCOME_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS: Final = "https://canvas.instructure.com/lti/"

AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINEITEM: Final = AGS + "lineitem"
LINEITEM_READ: Final = AGS + "lineitem.readonly"
RESULT_READ: Final = AGS + "result.readonly"
SCORE: Final = AGS + "score"
MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES: Final = (LINEITEM, LINEITEM_READ, RESULT_READ, SCORE)
ALL_SCOPES: Final = (*AGS_SCOPES, MEMBERS)
NOTICES: Final = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
NOTICE_CLAIM: Final = LTI + "platformnotificationservice"
HELLO_WORLD: Final = "LtiHelloWorldNotice"
CONTEXT_COPY: Final = "LtiContextCopyNotice"
NOTICE_TYPES: Final = (HELLO_WORLD, CONTEXT_COPY)

CONTEXT_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTITUTION_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
ASSISTANT_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
TEST_USER_ROLE: Final = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

LINEITEM_TYPE: Final = "application/vnd.ims.lis.v2.lineitem+json"
LINEITEMS_TYPE: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
