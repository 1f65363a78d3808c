"use strict";

const SKU = "espresso-machine";
const BUYERS = 200;
const byId = (id) => document.getElementById(id);

// Text always goes in as text: keys and names come from requests.
function element(tag, attributes, ...children) {
	const made = Object.assign(document.createElement(tag), attributes);
	made.append(...children.map((child) => (child instanceof Node) ? child : String(child)));
	return made;
}

function cell(value, className) {
	return element("td", { className: className || "" }, (value ?? "") === "" ? "–" : value);
}

async function json(url, options) {
	const response = await fetch(url, options);
	const body = await response.json();
	if (!response.ok && !url.endsWith("/health")) {
		throw new Error(body.detail || body.error || response.status);
	}
	return body;
}

// The endpoint gives ISO 8601, such as PT1M0.909016061S.
function seconds(duration) {
	const [, hours, minutes, rest] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
	return `${(3600 * (hours ?? 0) + 60 * (minutes ?? 0) + Number(rest ?? 0)).toFixed(1)} s`;
}

function card(level) {
	const figure = (value, label, className) =>
		element("div", {}, element("b", { className: className || "" }, value), element("span", {}, label));
	const fill = element("i");
	fill.style.width = `${Math.max(0, 100 * level.remaining / level.initialStock)}%`;
	return element("article", { className: "card" },
		element("h3", {}, level.name),
		element("div", { className: "figures" },
			figure(level.remaining, `left of ${level.initialStock}`),
			figure(level.sold, "sold"),
			figure(level.oversold, "oversold", level.oversold > 0 ? "wrong" : "")),
		element("div", { className: "bar" }, fill));
}

function raceRow(race) {
	const { stock } = race;
	return element("tr", {},
		cell(new Date().toLocaleTimeString("en-GB")),
		cell(race.locked ? "locked" : "unlocked"),
		cell(race.purchases, "n"),
		cell(stock.sold, "n"),
		cell(stock.oversold, `n ${stock.oversold > 0 ? "wrong" : "right"}`),
		cell(stock.remaining, "n"),
		cell(race.refused, "n"),
		cell(race.failed, race.failed > 0 ? "n wrong" : "n"),
		cell(`${(race.millis / 1000).toFixed(1)} s`, "n"),
		cell(race.instances.map((instance) => new URL(instance).port).join(", ")));
}

async function run(locked) {
	byId("locked").disabled = byId("unlocked").disabled = true;
	byId("progress").textContent = `${BUYERS} buyers are on their way …`;
	try {
		const race = await json(`api/products/${SKU}/races?purchases=${BUYERS}&locked=${locked}`, { method: "POST" });
		byId("races").querySelector(".empty")?.remove();
		byId("races").prepend(raceRow(race));
		byId("progress").textContent = "";
	}
	catch (problem) {
		byId("progress").textContent = problem.message;
	}
	finally {
		byId("locked").disabled = byId("unlocked").disabled = false;
		refreshStock();
	}
}

async function refreshStock() {
	const levels = await json("api/products");
	byId("stock").replaceChildren(...levels.map(card));
}

async function refreshHealth() {
	const health = await json("actuator/health");
	const lock = health.components?.distributedLock;
	byId("health").textContent = lock ? `lock store ${lock.status}` : `health ${health.status}`;
	byId("health").className = `pill ${(lock || health).status === "UP" ? "up" : "down"}`;
}

async function refreshLocks() {
	const locks = await json("actuator/locks");
	const row = (state, entry) => element("tr", {},
		cell(state), cell(entry.name), cell(entry.key), cell(entry.token, "n"), cell(entry.thread),
		cell(seconds(entry.heldFor ?? entry.waitingFor), "n"));
	const rows = [...(locks.held ?? []).map((entry) => row(entry.state ?? "HELD", entry)),
		...(locks.waiting ?? []).slice(0, 8).map((entry) => row("WAITING", entry))];
	const more = (locks.waiting ?? []).length - 8;
	if (more > 0) {
		rows.push(element("tr", { className: "empty" }, element("td", { colSpan: 6 }, `… and ${more} more wait`)));
	}
	byId("locks").replaceChildren(...(rows.length > 0 ? rows
		: [element("tr", { className: "empty" }, element("td", { colSpan: 6 }, "Nothing is held or waited for."))]));
}

function often(refresh, millis, onFailure) {
	const again = () => refresh().catch(onFailure).finally(() => setTimeout(again, millis));
	again();
}

byId("locked").addEventListener("click", () => run(true));
byId("unlocked").addEventListener("click", () => run(false));
often(refreshStock, 1000, () => {});
often(refreshLocks, 1000, (problem) => byId("locks").replaceChildren(
	element("tr", { className: "empty" }, element("td", { colSpan: 6 }, `Not available: ${problem.message}`))));
often(refreshHealth, 3000, () => {
	byId("health").textContent = "no answer";
	byId("health").className = "pill down";
});

// index.html?race=locked,unlocked runs races at once: for a link, and for a screenshot.
(async () => {
	for (const race of (new URLSearchParams(location.search).get("race") ?? "").split(",")) {
		if (race === "locked" || race === "unlocked") {
			await run(race === "locked");
		}
	}
})();
