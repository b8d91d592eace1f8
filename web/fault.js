// Cards for what keeps the page from running, and a look at whether the page is
// whole. This is the first script of the page and stands before its style, so that
// it is there wherever the file was cut or changed behind it.
"use strict";

(() => {
  // A Fault is an error whose text is meant for the user.
  class Fault extends Error {
    constructor(title, advice, detail, page) {
      super(title);
      this.advice = advice;
      this.detail = detail ? String(detail) : "";
      this.page = page; // the address of a page that helps, if there is one
    }
  }

  const line = (tag, text, className) => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = className ?? "";
    return element;
  };

  const show = ({ message, advice, detail, page }) => {
    const card = line("section", "", "fault");
    card.id = "fault";
    card.setAttribute("role", "alert");
    card.append(line("h2", message), line("p", advice));
    if (detail) {
      card.append(line("pre", detail));
    }
    const help = page ? line("a", `Open ${page}`) : line("button", "Reload the page", "button");
    if (page) {
      help.href = page;
    } else {
      help.type = "button";
      help.addEventListener("click", () => location.reload());
    }
    card.append(help);
    document.getElementById("fault")?.remove();
    document.getElementById("boot")?.remove();
    placeCard(card);
    setTimeout(() => help.focus()); // which lays out the page
  };

  // A page that could not start shows the report of its data below the card.
  const placeCard = (card) => {
    const report = document.getElementById("report");
    if (!report || globalThis.chainglass?.timings?.running) {
      document.body.append(card);
      return;
    }
    card.classList.add("above-report");
    report.before(card);
    document.documentElement.dataset.scripts = "failed";
  };

  // damaged says of a page that is one file what is wrong with it and what is left.
  const damaged = (what, detail) => {
    const advice = ["The file was cut or changed on its way: get it again."];
    if (document.getElementById("chainglass-data")) {
      advice.push("\u201cchainglass import FILE -o FOLDER\u201d takes the chains out of this one, as far as they are whole.");
    }
    if (document.getElementById("report")) {
      advice.push("The report below can be read; no checksum covers it.");
    }
    return new Fault(`This page is damaged: ${what}`, advice.join(" "), detail);
  };

  // parts finds the scripts that are not as they were built. It gives a Fault, or
  // null if there is none.
  const parts = async () => {
    if (!globalThis.chainglassSHA256) {
      return damaged("a part of its program is missing or changed");
    }
    const { parts } = JSON.parse(document.getElementById("chainglass-config").textContent);
    const looked = Object.entries(parts).map(async ([id, sha256]) => {
      const part = document.getElementById(id);
      if (!part) {
        return `${id} is missing`;
      }
      const same = await chainglassSHA256(new TextEncoder().encode(part.textContent)) === sha256;
      return same ? "" : `${id} does not match its checksum`;
    });
    const wrong = (await Promise.all(looked)).filter(Boolean);
    return wrong.length > 0 ? damaged("a part of its program is missing or changed", wrong.join("\n")) : null;
  };

  globalThis.chainglassFault = { Fault, line, show, damaged, parts };

  // The last script of the page says that it runs. If it does not, the browser
  // refused a script that was changed, or the file ends before it.
  document.addEventListener("DOMContentLoaded", async () => {
    if (globalThis.chainglass?.booting) {
      return;
    }
    if (!document.getElementById("chainglass-boot")) {
      const last = document.body.lastElementChild;
      const where = last ? `The file ends in ${last.id || last.localName}, ${last.textContent.length.toLocaleString("en")} characters into it.` : "";
      show(damaged("its end is missing", where));
      return;
    }
    show((await parts().catch(() => null)) ?? damaged("a part of its program is missing or changed"));
  });
})();
