//! The fields of a request for a new certificate, which both a new token and a rotation have.

use utoipa::ToSchema;

use crate::{
    BundlePassword, CertificateSource, EXPECTED_SIGNING_REQUEST, FieldCode, FieldErrors, MAX_SIGNING_REQUEST,
    Pkcs12Format, TokenKind,
};

/// The names of the fields.
pub const CERTIFICATE_FIELDS: [&str; 3] = ["password", "pkcs12", "csr"];

/// A certificate signing request (RFC 2986) in PEM. Only its public key counts.
#[derive(Debug, Clone, ToSchema)]
#[schema(value_type = String, max_length = 16384)]
pub struct SigningRequestText(pub String);

/// The fields, parsed.
#[derive(Debug, Default)]
pub struct CertificateFields {
    /// The password of a bundle.
    pub password: Option<BundlePassword>,
    /// How the bundle is encrypted.
    pub pkcs12: Option<Pkcs12Format>,
    /// A signing request in place of a bundle.
    pub csr: Option<SigningRequestText>,
}

/// Checks which of the fields a request has; `kind` is that of the token, if it is known.
pub fn check_certificate_fields(kind: Option<TokenKind>, has: impl Fn(&str) -> bool, errors: &mut FieldErrors) {
    match kind {
        Some(TokenKind::ClientCertificate) if !has("password") && !has("csr") => {
            let message = "Give a password, for a bundle with a private key, or csr, for a key of your own.";
            errors.push("password", FieldCode::Required, message);
        }
        Some(TokenKind::ApiKey | TokenKind::Kubeconfig) => {
            for field in CERTIFICATE_FIELDS.into_iter().filter(|field| has(field)) {
                errors.push(field, FieldCode::Conflict, "Only a token of the kind client_certificate has this.");
            }
            return;
        }
        _ => {}
    }
    if has("csr") {
        if has("password") {
            errors.push("csr", FieldCode::Conflict, "Give either password or csr.");
        }
        if has("pkcs12") {
            errors.push("pkcs12", FieldCode::Conflict, "With csr there is no bundle.");
        }
    } else if has("pkcs12") && !has("password") {
        errors.push("password", FieldCode::Required, "The bundle needs a password of 12 to 128 characters.");
    }
}

impl SigningRequestText {
    /// Checks the size; what it says is parsed when the certificate is issued.
    pub fn parse(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        let (code, message) = match text.len() {
            0 => (FieldCode::Required, EXPECTED_SIGNING_REQUEST),
            1..=MAX_SIGNING_REQUEST => return Some(Self(text.to_owned())),
            _ => (FieldCode::TooLong, "Use at most 16 KiB."),
        };
        errors.push(field, code, message);
        None
    }
}

impl CertificateFields {
    /// Where the private key comes from; `None` if the request has none of the fields.
    pub fn source(self) -> Option<CertificateSource> {
        let Self { password, pkcs12, csr } = self;
        let format = pkcs12.unwrap_or(Pkcs12Format::Modern);
        let request = csr.map(|SigningRequestText(text)| CertificateSource::SigningRequest(text));
        request.or_else(|| password.map(|password| CertificateSource::Bundle { password, format }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: Option<TokenKind>, given: &[&str]) -> Vec<(String, FieldCode)> {
        let mut errors = FieldErrors::new();
        check_certificate_fields(kind, |field| given.contains(&field), &mut errors);
        errors.iter().map(|error| (error.field.to_string(), error.code)).collect()
    }

    #[test]
    fn a_certificate_is_for_a_bundle_or_for_a_request_and_nothing_else_has_one() {
        let required = |field: &str| vec![(field.to_owned(), FieldCode::Required)];
        let conflict = |field: &str| vec![(field.to_owned(), FieldCode::Conflict)];
        let certificate = Some(TokenKind::ClientCertificate);
        for (kind, given, expected) in [
            (certificate, &["password"] as &[&str], vec![]),
            (certificate, &["password", "pkcs12"], vec![]),
            (certificate, &["csr"], vec![]),
            (certificate, &[], required("password")),
            (certificate, &["pkcs12"], required("password")),
            (certificate, &["password", "csr"], conflict("csr")),
            (certificate, &["pkcs12", "csr"], conflict("pkcs12")),
            (Some(TokenKind::ApiKey), &[], vec![]),
            (Some(TokenKind::ApiKey), &["password"], conflict("password")),
            (Some(TokenKind::ApiKey), &["csr"], conflict("csr")),
            (None, &[], vec![]),
            (None, &["password"], vec![]),
            (None, &["password", "csr"], conflict("csr")),
            (None, &["pkcs12"], required("password")),
        ] {
            assert_eq!(refused(kind, given), expected, "{kind:?} {given:?}");
        }
    }
}
