//! The code blocks of a Markdown document, and the directives in its comments.

#[derive(Debug)]
pub(crate) struct Block {
    /// The line number of the opening fence.
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) directive: Directive,
    pub(crate) text: String,
}

/// A directive in an HTML comment right before the block, invisible to readers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Directive {
    #[default]
    Run,
    /// `<!-- example: not run, REASON -->`
    NotRun,
    /// `<!-- example: refused 401 -->`: expects this error.
    Refused(u16),
    /// `<!-- example: file NAME -->`: saves the block under this name.
    File(String),
}

/// Parses all code blocks, in order.
///
/// # Panics
/// If a fence isn't closed, or a directive is invalid.
pub(crate) fn read(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut directive = Directive::Run;
    let mut open: Option<Block> = None;
    for (number, line) in document.lines().enumerate() {
        let fence = line.strip_prefix("```");
        assert!(fence.is_some() || !line.trim_start().starts_with("```"), "line {}: an indented fence", number + 1);
        match (&mut open, fence) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(language)) => {
                let directive = std::mem::take(&mut directive);
                open = Some(Block { line: number + 1, language: language.to_owned(), directive, text: String::new() });
            }
            (None, None) if line.starts_with("<!-- example:") => directive = parse(line),
            (None, None) => {
                assert!(directive == Directive::Run || line.is_empty(), "line {}: a block must follow", number + 1);
            }
        }
    }
    assert!(open.is_none(), "the last fence isn't closed");
    blocks
}

fn parse(comment: &str) -> Directive {
    let text = comment.strip_prefix("<!-- example: ").and_then(|text| text.strip_suffix(" -->"));
    match text.map(|text| text.split_once(' ').unwrap_or((text, ""))) {
        Some(("not", reason)) if reason.starts_with("run, ") => Directive::NotRun,
        Some(("refused", status)) => Directive::Refused(status.parse().expect("a status")),
        Some(("file", name)) if !name.is_empty() => Directive::File(name.to_owned()),
        _ => panic!("unknown: {comment}"),
    }
}

#[test]
fn blocks_come_with_the_comment_before_them() {
    let document = "a\n```sh\nls\n```\n\n<!-- example: refused 401 -->\n```sh\ncurl\n```\n```json\n{}\n```\n";
    let blocks = read(document);
    let seen: Vec<_> = blocks.iter().map(|block| (block.line, block.language.as_str(), block.text.as_str())).collect();
    assert_eq!(seen, [(2, "sh", "ls\n"), (7, "sh", "curl\n"), (10, "json", "{}\n")]);
    assert_eq!(blocks[1].directive, Directive::Refused(401));
    assert_eq!(blocks[2].directive, Directive::Run);
}
