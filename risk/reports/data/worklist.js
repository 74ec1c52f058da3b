"use strict";
// The worklist below the summary: rows, sorting, filters, details. What a claim says becomes text, never markup.
(() => {
  const { claims, lists, threshold } = JSON.parse(document.getElementById("data").textContent);
  const BANDS = ["low", "medium", "high", "critical"];
  const QUEUES = ["registration", "authorization", "coding", "clinical_documentation", "billing"];
  const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  const $ = (id) => document.getElementById(id);

  // Characters that would act on the screen (controls, marks that turn text around) are shown as their escapes.
  const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  const shown = (value) => String(value).replace(acting, (one) => {
    const code = one.charCodeAt(0);
    return code < 0x100 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  });
  const percent = (p) => (100 * p).toFixed(p < 0.1 ? 1 : 0) + "%";
  const words = (name) => shown(name).replaceAll("_", " ");

  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    for (const child of children) {
      if (child !== null && child !== undefined) made.append(child instanceof Node ? child : shown(child));
    }
    return made;
  };

  const below = Number((100 * threshold).toPrecision(3)) + "%";
  // What to do first: the smallest set of fixes that takes the claim to where it should be.
  const goalOf = (claim) => `below ${below}${claim.certain_reject ? ", and past the payer's front end" : ""}`;
  const firstOf = (claim) => claim.fixes.filter((fix) => fix.in_smallest_set);
  // The risk after that set, else after the one fix with the lowest; and whether it holds only under a condition.
  const afterOf = (claim) => {
    const first = firstOf(claim);
    if (first.length) return { risk: claim.risk_after_smallest_set, holds: !first.some((fix) => fix.conditional), first };
    const scored = claim.fixes.filter((fix) => fix.denial_risk_after !== null);
    if (!scored.length) return { risk: null, holds: true, first };
    const best = scored.reduce((one, other) => (other.denial_risk_after < one.denial_risk_after ? other : one));
    return { risk: best.denial_risk_after, holds: !best.conditional, first };
  };

  const bar = (from, to, kind) => {
    const inner = element("i", kind ? { class: kind } : {});
    inner.style.left = 100 * from + "%";
    inner.style.width = 100 * Math.max(to - from, 0) + "%";
    return element("div", { class: "scale", "aria-hidden": "true" }, inner);
  };
  const measure = (label, scale, number) =>
    element("li", { class: "measure" }, element("span", {}, label), scale, element("span", { class: "number" }, number));

  const section = (title, across, ...content) =>
    element("section", across ? { class: across } : {}, element("h3", {}, title), ...content);
  const list = (items, make, none) =>
    items.length ? element("ul", {}, ...items.map(make)) : element("p", { class: "small" }, none);

  const reasonItem = (reason) => {
    const codes = reason.carcs.map((one) => `CARC ${one.code} (${percent(one.probability)})`).join(", ");
    const item = measure(words(reason.reason), bar(0, reason.probability), percent(reason.probability));
    if (codes) item.firstChild.append(element("span", { class: "small" }, " " + codes));
    return item;
  };

  const findingItem = (one, claim) => {
    const codes = [one.carc && "CARC " + one.carc, one.rarc && "RARC " + one.rarc].filter(Boolean).join(", ");
    const place = one.line_number === null ? "claim" : "line " + one.line_number;
    const kind = [one.severity, words(one.category), place, codes].filter(Boolean).join(" · ");
    return element("li", {},
      element("p", {}, element("strong", {}, one.rule_id + " "), one.message),
      claim.fixes.some((fix) => fix.rule_id === one.rule_id) ? null : element("p", {}, element("strong", {}, "Fix: "), one.fix),
      element("p", { class: "small" }, `${kind} · ${one.citation}`));
  };

  const fixItem = (fix, claim) => {
    const after = fix.denial_risk_after === null
      ? "risk after it: only the record or a person can tell"
      : `risk ${percent(claim.denial_risk)} → ${percent(fix.denial_risk_after)}`;
    const requires = fix.conditional
      ? element("span", {}, element("strong", { class: "only" }, ", only if: "), fix.requires)
      : ` · ${fix.requires}`;
    return element("li", {},
      element("p", {}, element("strong", {}, `${fix.in_smallest_set ? "✓ " : ""}${fix.rule_id} `), fix.change),
      element("p", { class: "small" }, element("strong", {}, after), ` · ${words(fix.kind)}`, requires));
  };

  const firstWords = (claim, first) => {
    const fall = `${percent(claim.denial_risk)} → ${percent(claim.risk_after_smallest_set)}`;
    const what = first.length === 1 ? "this takes" : `these ${first.length} together take`;
    return `Do first: ${what} the claim ${goalOf(claim)}, ${fall}`
      + (first.some((fix) => fix.conditional) ? ", if what is required is so" : "");
  };
  const firstSection = (claim) => {
    const first = firstOf(claim);
    if (!first.length) return null;
    return section(firstWords(claim, first), "across first", list(first, (fix) => fixItem(fix, claim)));
  };
  const otherFixes = (claim) => {
    const first = firstOf(claim);
    const others = claim.fixes.filter((fix) => !fix.in_smallest_set);
    const none = !first.length && others.length && (claim.certain_reject || claim.denial_risk >= threshold)
      ? element("p", { class: "small" }, `No set of changes that can be made and scored again takes the claim ${goalOf(claim)}.`)
      : null;
    if (!others.length) return null;
    const title = first.length ? "Other fixes, and the risk after each alone" : "Fixes, and the risk after each";
    return section(title, "across", list(others, (fix) => fixItem(fix, claim)), none);
  };

  const lineItem = (line) =>
    measure(`${line.line_number}: ${line.procedure_code ?? "no code"}`, bar(0, line.denial_risk), percent(line.denial_risk));

  // Drivers share one scale around a middle: to the right they raise the risk, to the left they lower it. What all
  // claims start from has no bar.
  const driverList = (drivers) => {
    const most = Math.max(...drivers.map((one) => (one.feature === "base_value" ? 0 : Math.abs(one.contribution))), 1e-9);
    return list(drivers, (one) => {
      const share = one.contribution / most / 2;
      const scale = one.feature === "base_value" ? element("span", {})
        : bar(Math.min(0.5, 0.5 + share), Math.max(0.5, 0.5 + share), share > 0 ? "up" : "down");
      const label = one.value === null ? one.label : `${one.label}: ${one.value}`;
      return measure(label, scale, (one.contribution > 0 ? "+" : "") + one.contribution.toFixed(2));
    }, "Scored by the rules alone.");
  };

  const details = (claim) => element("div", { class: "details" },
    firstSection(claim),
    section("Findings", "across", list(claim.findings, (one) => findingItem(one, claim), "No rule found anything.")),
    otherFixes(claim),
    section("Reasons a payer may give", "", list(claim.reasons, reasonItem, "Nothing speaks for one reason more than another.")),
    section("Lines", "", list(claim.lines, lineItem, "None.")),
    section("What drives the model's risk (log-odds)", "", driverList(claim.drivers)),
    section("Where it is from", "", element("p", { class: "small" },
      claim.source.file + (claim.source.offset === null ? "" : `, row or byte ${claim.source.offset}`))));

  const rows = claims.map((claim, position) => {
    const [low, high] = claim.denial_risk_interval;
    const reason = claim.reasons[0];
    const after = afterOf(claim);
    const rules = [...new Set(claim.findings.map((one) => one.rule_id))].join(" ");
    const button = element("button", { type: "button", class: "open", "aria-expanded": "false" }, claim.claim_id);
    const cell = (label, content, kind) => element("td", { "data-label": label, class: kind || "" }, content);
    const risk = cell("Risk", percent(claim.denial_risk), "number");
    risk.replaceChildren(element("span", {}, element("strong", {}, percent(claim.denial_risk)),
      element("span", { class: "interval" }, ` ${percent(low)} to ${percent(high)}`)));
    const body = element("tbody", { class: "claim" }, element("tr", {},
      element("th", { scope: "row" }, button), risk,
      cell("Band", element("span", {},
        element("span", { class: "badge " + (BANDS.includes(claim.risk_band) ? claim.risk_band : "") }, claim.risk_band),
        claim.certain_reject ? element("span", { class: "returned" }, " certain reject") : null)),
      cell("At stake", dollars.format(claim.expected_denied_amount), "number"),
      cell("Queue", words(claim.queue)),
      cell("Likeliest reason", reason ? `${words(reason.reason)} (${percent(reason.probability)})` : "–"),
      cell("Findings", rules || "–"),
      cell("After fixes", after.risk === null ? "–" : element("span", {},
        after.first.length ? element("strong", {}, "✓ " + percent(after.risk)) : percent(after.risk),
        after.holds ? null : element("span", { class: "interval" }, " if so")), "number")));
    const text = [claim.claim_id, claim.reasons.map((one) => words(one.reason)), rules, claim.queue,
      claim.certain_reject ? "certain reject" : "", after.first.length ? "do first" : "", claim.findings.map((one) => one.message), claim.fixes.map((one) => one.change),
      claim.lines.map((one) => one.procedure_code)].flat(2).join("\n").toLowerCase();
    const row = { claim, body, button, text, position, mends: after.first.length ? (after.holds ? "sure" : "if") : "", keys: {
      claim: claim.claim_id, risk: claim.denial_risk + Number(claim.certain_reject),
      band: BANDS.indexOf(claim.risk_band) + Number(claim.certain_reject),
      dollars: claim.expected_denied_amount, queue: QUEUES.indexOf(claim.queue), reason: reason ? reason.reason : "",
      findings: claim.findings.length, after: after.risk } };
    button.addEventListener("click", () => fold(row, button.getAttribute("aria-expanded") === "true"));
    return row;
  });

  function fold(row, close) {
    row.button.setAttribute("aria-expanded", String(!close));
    if (row.more) row.more.hidden = close;
    else if (!close) {
      row.more = element("tr", {}, element("td", { colspan: "8" }, details(row.claim)));
      row.body.append(row.more);
    }
  }

  const table = $("claims");
  let sorting = { key: "risk", down: true };

  function arrange() {
    const { key, down } = sorting;
    const order = (one, other) => {
      const [a, b] = [one.keys[key], other.keys[key]];
      if (a === null || b === null) return (a === null) - (b === null) || one.position - other.position;
      const way = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
      return (down ? -way : way) || one.position - other.position;
    };
    table.append(...rows.sort(order).map((row) => row.body));
    for (const head of table.tHead.rows[0].cells) {
      const own = head.firstElementChild.dataset.key === key;
      head.setAttribute("aria-sort", own ? (down ? "descending" : "ascending") : "none");
    }
  }

  const kept = () => rows.filter((row) => !row.body.hidden);

  function filter() {
    const wanted = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const list = $("list").value ? new Set(lists[$("list").value]) : null;
    for (const row of rows) {
      row.body.hidden = Boolean((list && !list.has(row.position))
        || ($("band").value && row.claim.risk_band !== $("band").value)
        || ($("queue").value && row.claim.queue !== $("queue").value)
        || ($("mends").value && (row.mends === "" || ($("mends").value === "sure" && row.mends !== "sure")))
        || wanted.some((word) => !row.text.includes(word)));
    }
    $("shown").textContent = `${kept().length.toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")} claims shown`;
  }

  for (const [id, names] of [["band", [...BANDS].reverse()], ["queue", QUEUES]]) {
    $(id).append(...names.map((name) => element("option", { value: name }, words(name))));
    $(id).addEventListener("change", filter);
  }
  $("mends").append(element("option", { value: "any" }, `mend it, to below ${below} ✓`),
    element("option", { value: "sure" }, "the same, without a condition"));
  $("mends").addEventListener("change", filter);
  $("find").addEventListener("input", filter);
  // With a capacity there are two lists; each is sorted by what it ranks by. The most costly comes first.
  const names = Object.keys(lists);
  $("which").hidden = !names.length;
  $("list").append(...names.map((name, place) => element("option", place ? { value: name } : { value: name, selected: "" }, name)));
  const rank = () => {
    sorting = { key: $("list").value === names[0] ? "dollars" : "risk", down: true };
    arrange();
    filter();
  };
  $("list").addEventListener("change", rank);
  const form = document.querySelector(".filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(rank));
  $("unfold").addEventListener("click", () => {
    const close = $("unfold").textContent === "Collapse all";
    for (const row of kept()) fold(row, close);
    $("unfold").textContent = close ? "Expand all" : "Collapse all";
  });
  table.tHead.addEventListener("click", (event) => {
    const key = event.target.dataset.key;
    if (!key) return;
    const words = ["claim", "queue", "reason"].includes(key);
    sorting = { key, down: sorting.key === key ? !sorting.down : !words };
    arrange();
  });

  rank();
  table.hidden = form.hidden = false;
})();
