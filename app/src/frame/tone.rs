//! The colour of a note, badge, menu item or dialog icon, by meaning.

/// The meaning of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Neutral,
    /// Ended, or not yet active.
    Muted,
    Success,
    Warning,
    /// An error, or a destructive action.
    Danger,
}

impl Tone {
    /// The element's classes: its own, followed by the tone's.
    pub(super) fn class(self, piece: &str) -> String {
        let tone = match self {
            Self::Neutral => return piece.to_owned(),
            Self::Muted => "off",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        };
        format!("{piece} {tone}")
    }
}

#[cfg(test)]
mod tests {
    use super::Tone;

    #[test]
    fn a_neutral_piece_has_no_class_of_a_tone() {
        assert_eq!(Tone::Neutral.class("badge"), "badge");
        assert_eq!(Tone::Danger.class("badge"), "badge danger");
    }
}
