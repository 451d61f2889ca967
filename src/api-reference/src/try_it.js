// "Try it": sends an operation's request and shows the response as text. Nothing is stored.

const SHOWN_HEADERS = ["content-type", "location", "idempotency-replayed", "retry-after", "www-authenticate", "x-request-id"];

for (const form of document.querySelectorAll(".try form")) {
  form.parentElement.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

// Copies the API key to the forms of all operations.
document.addEventListener("input", ({ target }) => {
  if (target.dataset.in !== "key") return;
  for (const field of document.querySelectorAll("[data-in=key]")) field.value = target.value;
});

// A page that is left may be kept to be shown again.
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll(".try form")) {
    form.reset();
    const [status, answer] = [form.nextElementSibling, form.nextElementSibling.nextElementSibling];
    status.textContent = "";
    answer.replaceChildren();
  }
});

async function send(form) {
  const [status, answer] = [form.nextElementSibling, form.nextElementSibling.nextElementSibling];
  const show = (kind, text, ...parts) => {
    status.className = `status ${kind}`;
    status.textContent = text;
    answer.replaceChildren(...parts);
  };
  if (status.matches(".waiting")) return;
  try {
    const request = requestOf(form);
    const { pathname } = new URL(request.url);
    const question = `${request.method} ${pathname}\n\nThis takes effect at once. Send it?`;
    if ("confirm" in form.dataset && !confirm(question)) return;
    show("waiting", "Sending…");
    const started = performance.now();
    const response = await fetch(request);
    const body = await response.text();
    const time = Math.round(performance.now() - started);
    const text = `${response.status} ${response.statusText} in ${time} ms`;
    show(response.ok ? "success" : "danger", text, block(headersOf(response)), block(pretty(body) || "(no body)"));
  } catch (error) {
    show("danger", `No answer: ${error.message}`);
  }
}

function requestOf(form) {
  const filled = (kind) => [...form.querySelectorAll(`[data-in=${kind}]`)].filter(({ value }) => value !== "");
  const pairs = (kind) => filled(kind).map(({ name, value }) => [name, value]);
  const { method, path } = form.dataset;
  const fill = (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value));
  const url = new URL(pairs("path").reduce(fill, path), location.origin);
  url.search = new URLSearchParams(pairs("query"));
  const headers = new Headers(pairs("header"));
  const [key] = filled("key");
  if (key) headers.set("authorization", `Bearer ${key.value}`);
  const client = filled("client").map(({ value }) => encodeURIComponent(value));
  if (client.length > 0) headers.set("authorization", `Basic ${btoa(client.join(":"))}`);
  const [json] = filled("json");
  if (json) headers.set("content-type", "application/json");
  const parameters = pairs("form");
  const body = json?.value ?? (parameters.length > 0 ? new URLSearchParams(parameters) : undefined);
  // The session cookie is sent only if the operation accepts an API key and none was entered.
  const bySession = !key && form.querySelector("[data-in=key]");
  return new Request(url, { method, headers, body, credentials: bySession ? "same-origin" : "omit", cache: "no-store" });
}

function headersOf(response) {
  const shown = SHOWN_HEADERS.filter((name) => response.headers.has(name));
  return shown.map((name) => `${name}: ${response.headers.get(name)}`).join("\n");
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function block(text) {
  const [pre, code] = [document.createElement("pre"), document.createElement("code")];
  pre.tabIndex = 0;
  code.textContent = text;
  pre.append(code);
  return pre;
}
