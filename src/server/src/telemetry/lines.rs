//! The log's lines. Each has the fields of its request next to its own.

use std::fmt;

use mintkey_service::LogContext;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    Layer,
    fmt::{
        FmtContext, FormatEvent, FormatFields, MakeWriter,
        format::{Format, Writer},
    },
    registry::LookupSpan,
};

/// Text, for people.
pub(super) fn text<S, W>(writer: W, colours: bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let format = Format::default().with_ansi(colours).with_target(false);
    tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colours).event_format(WithRequest(format))
}

/// JSON, for programs. The fields of spans are included at the top level.
pub(super) fn json<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let mut layer = json_subscriber::layer()
        .with_writer(writer)
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .flatten_span_list_on_top_level(true);
    layer.inner_layer_mut().add_multiple_dynamic_fields(|_, _, line| {
        if let Some(context) = LogContext::current() {
            // It fails only for values that can't be JSON.
            context.visit(|name, value| drop(line.write_field(name, value.to_string())));
        }
    });
    layer
}

/// Adds the request's fields to the end of a line.
struct WithRequest(Format);

impl<S, N> FormatEvent<S, N> for WithRequest
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(line.trim_end())?;
        if let Some(request) = LogContext::current() {
            let mut written = Ok(());
            request.visit(|name, value| written = written.and_then(|()| write!(writer, " {name}={value}")));
            written?;
        }
        writeln!(writer)
    }
}
