//! The colour of a note, a badge, a menu item or a dialog's icon, by what it means.

/// What a piece of a page means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// Something that is over, or that doesn't count yet.
    Muted,
    /// Something that works.
    Success,
    /// Something to mind.
    Warning,
    /// A refusal, or something that destroys.
    Danger,
}

impl Tone {
    /// The class of a piece with this tone: that of the piece itself, followed by that of the tone.
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
