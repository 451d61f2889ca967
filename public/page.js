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

  // Where the way to the other pages is a strip, the page's own part of it is in sight.
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
    if (link) sessionStorage.setItem(OPENER, JSON.stringify([location.pathname, link.pathname]));
  });

  // Back from a dialog, the focus is where it was: on its link, or on the button of the menu that holds the link.
  function returnFocus() {
    const stored = sessionStorage.getItem(OPENER);
    if (!stored) return;
    sessionStorage.removeItem(OPENER);
    const [page, path] = JSON.parse(stored);
    if (page !== location.pathname) return;
    const link = all("a[aria-haspopup=dialog]").find((link) => link.pathname === path);
    const menu = link?.closest("[popover]");
    (menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) : link)?.focus();
  }

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

  // A message is said when it arrives, and goes after a while unless somebody is at it.
  for (const toast of all("[data-toast]")) {
    const place = toast.parentElement;
    toast.remove();
    setTimeout(() => place.append(toast), 100);
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, 8000);
  }
})();
