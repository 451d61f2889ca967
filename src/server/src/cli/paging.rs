//! Which part of a list to print.

use clap::Args;
use futures_util::{Stream, TryStreamExt as _};
use mintkey_client::{Page, wire::ListPage};

use crate::Failure;

/// Options of lists.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Paging")]
pub(crate) struct Paging {
    /// All entries
    #[arg(long, conflicts_with_all = ["page", "limit", "cursor"])]
    all: bool,
    /// The page's number [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    page: Option<u32>,
    /// Entries per page [default: 20]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: Option<u32>,
    /// The `next_cursor` of the page before
    #[arg(long, value_name = "CURSOR", conflicts_with = "page")]
    cursor: Option<String>,
}

impl Paging {
    /// The requested page, or all entries as one page.
    pub(crate) async fn fetch<T, S: Stream<Item = mintkey_client::Result<T>>>(
        &self,
        all: impl FnOnce() -> S,
        page: impl AsyncFnOnce(Page) -> mintkey_client::Result<ListPage<T>>,
    ) -> Result<ListPage<T>, Failure> {
        if self.all {
            return Ok(complete(all().try_collect().await?));
        }
        Ok(page(Page { page: self.page, limit: self.limit, cursor: self.cursor.clone() }).await?)
    }
}

/// All entries as one page.
pub(crate) fn complete<T>(data: Vec<T>) -> ListPage<T> {
    ListPage {
        total: i64::try_from(data.len()).unwrap_or(i64::MAX),
        total_capped: false,
        page: None,
        limit: u32::try_from(data.len()).unwrap_or(u32::MAX),
        next_cursor: None,
        data,
    }
}
