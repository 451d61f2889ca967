// What makes a page pleasant where scripts run: theme, dialogs, times, passwords, messages. Pages work without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const html = document.documentElement;

  // This script's own element. `document.currentScript` could be any element that is called so.
  const script = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document);

  // The islands: their script is fetched already, and each is a function of it.
  const stem = script.dataset.islands;
  if (stem) {
    import(`${stem}.js`).then(async (islands) => {
      await islands.default({ module_or_path: `${stem}_bg.wasm` });
      islands.hydrate();
      for (const island of all("leptos-island")) islands[island.dataset.component](island);
    });
  }

  // The theme changes at once; the cookie is what the server would have set.
  for (const form of all("[data-themes]")) {
    form.addEventListener("submit", (event) => {
      const theme = event.submitter?.value;
      if (!theme) return;
      event.preventDefault();
      if (theme === "system") delete html.dataset.theme;
      else html.dataset.theme = theme;
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
      for (const button of all("button", form)) button.setAttribute("aria-pressed", button.value === theme);
    });
  }

  // Where the navigation is one row, the current page's entry is scrolled into view.
  document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A dialog stands open in the page already. As a modal one it keeps the focus inside.
  const OPENER = "mintkey-opener";
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    const unsaved = "unsaved" in dialog.dataset;
    const show = () => {
      dialog.removeAttribute("open");
      dialog.showModal();
    };
    show();
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!unsaved) location.assign(dialog.dataset.cancel);
    });
    // Browsers close a dialog at the second Escape, whatever the page says.
    dialog.addEventListener("close", () => (unsaved ? show() : location.assign(dialog.dataset.cancel)));
    if (unsaved) {
      addEventListener("beforeunload", (event) => {
        if (!dialog.querySelector("[data-saved]").checked) event.preventDefault();
      });
    }
  } else {
    returnFocus();
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[aria-haspopup=dialog]");
    if (link) {
      const opener = [location.pathname, link.pathname, link.closest("[popover]")?.id];
      sessionStorage.setItem(OPENER, JSON.stringify(opener));
    }
  });

  // Back from a dialog, the focus is where it was: on its link, or on the button of the menu that holds the link. What
  // was done may have taken the link away, and the row too: then the focus is on the list.
  function returnFocus() {
    const stored = sessionStorage.getItem(OPENER);
    if (!stored) return;
    sessionStorage.removeItem(OPENER);
    const [page, path, menu] = JSON.parse(stored);
    if (page !== location.pathname) return;
    const button = menu && document.querySelector(`[popovertarget="${CSS.escape(menu)}"]`);
    const link = all("a[aria-haspopup=dialog]").find((link) => link.pathname === path);
    const list = document.querySelector(".table-wrap") ?? document.querySelector("main");
    (button || (link?.closest("[popover]") ? undefined : link) || list).focus();
  }

  // The slash leads to the search, where nothing is typed that it could be a part of.
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || dialog) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    const search = document.querySelector("main [type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // One check box selects all of a page, and the bar says how many are selected. The form itself works without it.
  function countSelected(form) {
    const boxes = all(`tbody input[type=checkbox][form="${form}"]`);
    const selected = boxes.filter((box) => box.checked).length;
    const bar = document.querySelector(`[data-selected="${form}"]`);
    if (bar) bar.textContent = `${selected} selected`;
    const head = document.querySelector(`[data-select-all="${form}"]`);
    if (!head) return;
    head.checked = selected > 0 && selected === boxes.length;
    head.indeterminate = selected > 0 && selected < boxes.length;
  }
  addEventListener("change", (event) => {
    const form = event.target.dataset?.selectAll ?? event.target.getAttribute?.("form");
    if (!form) return;
    if (event.target.dataset.selectAll) {
      for (const box of all(`tbody input[type=checkbox][form="${form}"]`)) box.checked = event.target.checked;
    }
    countSelected(form);
  });
  // The boxes are cleared after the event.
  addEventListener("reset", (event) => setTimeout(() => countSelected(event.target.id)));

  // Copies what a menu names. Over plain http browsers hide their clipboard: then a selection is copied.
  addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const menu = button.closest("[popover]");
    let copied = false;
    if (isSecureContext) copied = await navigator.clipboard.writeText(button.dataset.copy).then(() => true, () => false);
    if (!copied) {
      const area = document.createElement("textarea");
      area.value = button.dataset.copy;
      area.className = "offscreen";
      menu.append(area);
      area.select();
      copied = document.execCommand("copy");
      area.remove();
    }
    menu.hidePopover();
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = copied ? button.dataset.copied : "Copying failed. Open the token and select it there.";
    show(toast, document.querySelector(".toasts"));
  });

  // Relative times, in the words of the server.
  const MINUTE = 60e3;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const span = (ms, half) => {
    const count = (unit) => Math.floor(ms / unit + half);
    if (ms < MINUTE) return `${Math.floor(ms / 1000)} s`;
    if (ms < HOUR) return `${count(MINUTE)} min`;
    if (ms < 2 * DAY - HOUR) return `${count(HOUR)} h`;
    if (ms < 120 * DAY) return count(DAY) === 1 ? "1 day" : `${count(DAY)} days`;
    if (ms < 730 * DAY) return `${Math.floor((ms * 12) / (365 * DAY))} months`;
    return `${Math.floor(ms / (365 * DAY))} years`;
  };
  const tick = () => {
    if (document.hidden) return;
    for (const time of all("time[data-relative]")) {
      const distance = Date.parse(time.dateTime) - Date.now();
      const words =
        distance >= 1000 ? `in ${span(distance, 0.5)}` : distance <= -1000 ? `${span(-distance, 0)} ago` : "now";
      if (time.textContent !== words) time.textContent = words;
    }
  };
  setInterval(tick, 1000);

  // Show password, without loading the page again.
  for (const link of all("[data-reveal]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const fields = all("[data-password]", link.closest("form"));
      const show = fields.some((field) => field.type === "password");
      for (const field of fields) field.type = show ? "text" : "password";
      link.textContent = show ? "Hide password" : "Show password";
    });
  }

  // A message is announced when it arrives, and goes after a while unless it is hovered or focused.
  function show(toast, place) {
    setTimeout(() => place.append(toast), 100);
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, 8000);
  }
  for (const toast of all("[data-toast]")) {
    const place = toast.parentElement;
    toast.remove();
    show(toast, place);
  }

  // Another owner may hold other scopes: the picker is the one that the server makes for that owner.
  document.getElementById("owner")?.addEventListener("change", async (event) => {
    const owner = event.target.value;
    const url = new URL(location.href);
    if (owner) url.searchParams.set("owner", owner);
    else url.searchParams.delete("owner");
    // A copy begins with the owner of the copied token.
    url.searchParams.delete("copy");
    const answer = await fetch(url).catch(() => undefined);
    // Where it can't be had, the server bounds the scopes when the form is sent.
    if (!answer?.ok || owner !== event.target.value) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const chosen = new Set(all("#scope-list :checked").map((box) => box.value));
    for (const id of ["scope-list", "scope-count", "scopes-h"]) {
      const [old, next] = [document.getElementById(id), page.getElementById(id)];
      if (old && next) old.replaceChildren(...next.childNodes);
    }
    for (const box of all("#scope-list input")) box.checked = chosen.has(box.value);
    event.target.form.dispatchEvent(new Event("change"));
  });
})();
