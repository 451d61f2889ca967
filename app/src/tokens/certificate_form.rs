//! The fields of a new certificate, in the forms for a new token and for a rotation.

use mintkey_domain::{
    BundlePassword, FieldCode, FieldErrors, Pkcs12Format,
    request::{CertificateFields, SigningRequestText},
};
use serde::{Deserialize, Serialize};

use crate::hidden::Hidden;

/// The value of `source` for a certificate whose private key its holder has.
pub(super) const SIGNING_REQUEST: &str = "csr";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CertificateForm {
    /// Where the private key comes from: [`SIGNING_REQUEST`], or else a bundle is made here.
    pub(crate) source: String,
    /// The bundle's password.
    pub(crate) password: Hidden,
    /// The same again, because a bundle whose password was mistyped can't be opened.
    pub(crate) password_again: Hidden,
    /// The bundle's encryption; `modern` if it is empty.
    pub(crate) pkcs12: String,
    /// The signing request, in PEM.
    pub(crate) csr: String,
}

impl CertificateForm {
    pub(super) fn is_request(&self) -> bool {
        self.source == SIGNING_REQUEST
    }

    /// The form as the hash of a request may have it: nothing that is stored may help to guess a password.
    pub(super) fn without_passwords(&self) -> Self {
        Self { password: Hidden::default(), password_again: Hidden::default(), ..self.clone() }
    }

    /// Validates the fields of the chosen source, and ignores those of the other.
    pub(super) fn check(self, errors: &mut FieldErrors) -> CertificateFields {
        if self.is_request() {
            let csr = SigningRequestText::parse(self.csr.trim(), "csr", errors);
            return CertificateFields { csr, ..CertificateFields::default() };
        }
        let pkcs12 = match self.pkcs12.as_str() {
            "" => Some(Pkcs12Format::Modern),
            name => name.parse().ok(),
        };
        if pkcs12.is_none() {
            errors.push("pkcs12", FieldCode::InvalidFormat, "Choose one of the options.");
        }
        let is_same = self.password.reveal() == self.password_again.reveal();
        let password = BundlePassword::parse(self.password.into_inner(), "password", errors);
        if password.is_some() && !is_same {
            errors.push("password_again", FieldCode::Mismatch, "The two passwords differ. Type both again.");
        }
        CertificateFields { password, pkcs12, csr: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";

    fn bundle(password: &str, again: &str) -> CertificateForm {
        CertificateForm {
            source: "bundle".into(),
            password: Hidden::new(password),
            password_again: Hidden::new(again),
            csr: "left over".into(),
            ..CertificateForm::default()
        }
    }

    fn refused(form: CertificateForm) -> Vec<(String, FieldCode)> {
        let mut errors = FieldErrors::new();
        form.check(&mut errors);
        errors.iter().map(|error| (error.field.to_string(), error.code)).collect()
    }

    #[test]
    fn a_bundle_needs_the_same_good_password_twice() {
        let one = |field: &str, code| vec![(field.to_owned(), code)];
        assert_eq!(refused(bundle(PASSWORD, PASSWORD)), []);
        assert_eq!(refused(bundle(PASSWORD, "correct horse batery")), one("password_again", FieldCode::Mismatch));
        assert_eq!(refused(bundle(PASSWORD, "")), one("password_again", FieldCode::Mismatch));
        assert_eq!(refused(bundle("", "")), one("password", FieldCode::Required));
        assert_eq!(refused(bundle("short", "other")), one("password", FieldCode::TooShort));
        let format = CertificateForm { pkcs12: "zip".into(), ..bundle(PASSWORD, PASSWORD) };
        assert_eq!(refused(format), one("pkcs12", FieldCode::InvalidFormat));
    }

    #[test]
    fn only_the_fields_of_the_chosen_source_count() {
        let request = CertificateForm { source: SIGNING_REQUEST.into(), ..bundle("short", "") };
        let fields = request.check(&mut FieldErrors::new());
        assert!(fields.password.is_none() && fields.pkcs12.is_none());
        assert_eq!(fields.csr.unwrap().0, "left over");
        let fields = bundle(PASSWORD, PASSWORD).check(&mut FieldErrors::new());
        assert!(fields.csr.is_none() && fields.password.is_some());
        let empty = CertificateForm { source: SIGNING_REQUEST.into(), ..CertificateForm::default() };
        assert_eq!(refused(empty), [("csr".to_owned(), FieldCode::Required)]);
    }

    #[test]
    fn what_is_hashed_has_no_password() {
        let hashed = serde_json::to_string(&bundle(PASSWORD, PASSWORD).without_passwords()).unwrap();
        assert!(!hashed.contains("horse") && hashed.contains("left over"), "{hashed}");
    }
}
