"""Contains all the data models used in inputs/outputs"""

from .access_token import AccessToken
from .access_token_request import AccessTokenRequest
from .audit_action import AuditAction
from .audit_actor import AuditActor
from .audit_details import AuditDetails
from .audit_details_after import AuditDetailsAfter
from .audit_details_before import AuditDetailsBefore
from .audit_details_notes import AuditDetailsNotes
from .audit_event import AuditEvent
from .audit_event_page import AuditEventPage
from .audit_outcome import AuditOutcome
from .audit_target import AuditTarget
from .audit_target_type import AuditTargetType
from .bulk_action import BulkAction
from .bulk_filter import BulkFilter
from .bulk_item import BulkItem
from .bulk_outcome import BulkOutcome
from .bulk_result import BulkResult
from .certificate_authority import CertificateAuthority
from .certificate_authority_page import CertificateAuthorityPage
from .check import Check
from .client_keys import ClientKeys
from .client_keys_keys_item import ClientKeysKeysItem
from .client_parameters import ClientParameters
from .cluster import Cluster
from .cluster_changes import ClusterChanges
from .cluster_group import ClusterGroup
from .cluster_page import ClusterPage
from .error_code import ErrorCode
from .field_code import FieldCode
from .field_error import FieldError
from .hand_over import HandOver
from .health import Health
from .introspected import Introspected
from .introspected_cnf import IntrospectedCnf
from .introspection_request import IntrospectionRequest
from .invitation import Invitation
from .invitation_page import InvitationPage
from .issued_invitation import IssuedInvitation
from .key_set import KeySet
from .key_set_keys_item import KeySetKeysItem
from .kubeconfig_method import KubeconfigMethod
from .list_audit_events_outcome import ListAuditEventsOutcome
from .list_service_account_tokens_kind import ListServiceAccountTokensKind
from .list_service_account_tokens_sort import ListServiceAccountTokensSort
from .list_service_account_tokens_status import ListServiceAccountTokensStatus
from .list_service_accounts_status import ListServiceAccountsStatus
from .list_tokens_kind import ListTokensKind
from .list_tokens_sort import ListTokensSort
from .list_tokens_status import ListTokensStatus
from .login import Login
from .me import Me
from .member import Member
from .member_changes import MemberChanges
from .member_hand_over import MemberHandOver
from .member_page import MemberPage
from .membership_status import MembershipStatus
from .metadata import Metadata
from .minted_token import MintedToken
from .new_certificate_authority import NewCertificateAuthority
from .new_client_keys import NewClientKeys
from .new_client_keys_keys_item import NewClientKeysKeysItem
from .new_cluster import NewCluster
from .new_cluster_group import NewClusterGroup
from .new_invitation import NewInvitation
from .new_scope import NewScope
from .new_service_account import NewServiceAccount
from .new_token import NewToken
from .o_auth_error import OAuthError
from .organization import Organization
from .organization_changes import OrganizationChanges
from .owner import Owner
from .password_reset_link import PasswordResetLink
from .pkcs_12_format import Pkcs12Format
from .principal_name import PrincipalName
from .principal_type import PrincipalType
from .problem import Problem
from .reviewed_token import ReviewedToken
from .reviewed_token_status import ReviewedTokenStatus
from .revocation import Revocation
from .role import Role
from .rotated_client_keys import RotatedClientKeys
from .scope import Scope
from .scope_changes import ScopeChanges
from .scope_page import ScopePage
from .service_account import ServiceAccount
from .service_account_changes import ServiceAccountChanges
from .service_account_page import ServiceAccountPage
from .service_account_status import ServiceAccountStatus
from .token import Token
from .token_bulk import TokenBulk
from .token_certificate import TokenCertificate
from .token_changes import TokenChanges
from .token_invalidation import TokenInvalidation
from .token_kind import TokenKind
from .token_kubeconfig import TokenKubeconfig
from .token_page import TokenPage
from .token_review import TokenReview
from .token_review_spec import TokenReviewSpec
from .token_rotation import TokenRotation
from .token_status import TokenStatus
from .verification import Verification
from .verification_code import VerificationCode
from .via import Via

__all__ = (
    "AccessToken",
    "AccessTokenRequest",
    "AuditAction",
    "AuditActor",
    "AuditDetails",
    "AuditDetailsAfter",
    "AuditDetailsBefore",
    "AuditDetailsNotes",
    "AuditEvent",
    "AuditEventPage",
    "AuditOutcome",
    "AuditTarget",
    "AuditTargetType",
    "BulkAction",
    "BulkFilter",
    "BulkItem",
    "BulkOutcome",
    "BulkResult",
    "CertificateAuthority",
    "CertificateAuthorityPage",
    "Check",
    "ClientKeys",
    "ClientKeysKeysItem",
    "ClientParameters",
    "Cluster",
    "ClusterChanges",
    "ClusterGroup",
    "ClusterPage",
    "ErrorCode",
    "FieldCode",
    "FieldError",
    "HandOver",
    "Health",
    "Introspected",
    "IntrospectedCnf",
    "IntrospectionRequest",
    "Invitation",
    "InvitationPage",
    "IssuedInvitation",
    "KeySet",
    "KeySetKeysItem",
    "KubeconfigMethod",
    "ListAuditEventsOutcome",
    "ListServiceAccountTokensKind",
    "ListServiceAccountTokensSort",
    "ListServiceAccountTokensStatus",
    "ListServiceAccountsStatus",
    "ListTokensKind",
    "ListTokensSort",
    "ListTokensStatus",
    "Login",
    "Me",
    "Member",
    "MemberChanges",
    "MemberHandOver",
    "MemberPage",
    "MembershipStatus",
    "Metadata",
    "MintedToken",
    "NewCertificateAuthority",
    "NewClientKeys",
    "NewClientKeysKeysItem",
    "NewCluster",
    "NewClusterGroup",
    "NewInvitation",
    "NewScope",
    "NewServiceAccount",
    "NewToken",
    "OAuthError",
    "Organization",
    "OrganizationChanges",
    "Owner",
    "PasswordResetLink",
    "Pkcs12Format",
    "PrincipalName",
    "PrincipalType",
    "Problem",
    "ReviewedToken",
    "ReviewedTokenStatus",
    "Revocation",
    "Role",
    "RotatedClientKeys",
    "Scope",
    "ScopeChanges",
    "ScopePage",
    "ServiceAccount",
    "ServiceAccountChanges",
    "ServiceAccountPage",
    "ServiceAccountStatus",
    "Token",
    "TokenBulk",
    "TokenCertificate",
    "TokenChanges",
    "TokenInvalidation",
    "TokenKind",
    "TokenKubeconfig",
    "TokenPage",
    "TokenReview",
    "TokenReviewSpec",
    "TokenRotation",
    "TokenStatus",
    "Verification",
    "VerificationCode",
    "Via",
)
