"use strict";
// Small pieces of the board: elements, and how numbers, times and sentences are written.
function Pieces(data) {
  const words = data.words, whole = new Intl.NumberFormat(data.language), one = new Intl.NumberFormat(data.language, { maximumFractionDigits: 1 });
  const two = (number) => String(number).padStart(2, "0");
  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? values[name] : all));
  }
  // An element with attributes and children; texts become texts, never markup.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (value === false || value === null || value === undefined) { return; }
      if (name === "style") { Object.entries(value).forEach(([key, text]) => element.style.setProperty(key, text)); } else { element.setAttribute(name, value === true ? "" : value); }
    });
    element.append(...children.flat().filter((child) => child !== null && child !== "" && child !== false));
    return element;
  }
  return {
    fill, make,
    say: (word, values) => fill(words[word], values || {}),
    name: (text) => make("bdi", {}, text),
    clock: (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
    hours: (minutes) => (minutes < 60 ? fill(words.minutes, { minutes: Math.round(minutes) })
      : fill(words.hours, { hours: Math.floor(minutes / 60), minutes: two(Math.round(minutes) % 60) })),
    km: (metres) => fill(words.km, { km: Math.abs(metres) >= 100000 ? whole.format(Math.round(metres / 1000)) : one.format(metres / 1000) }),
    number: (value) => whole.format(value),
    money: (smallest) => (smallest / 10 ** data.decimals).toLocaleString(data.language, {
      minimumFractionDigits: data.decimals, maximumFractionDigits: data.decimals
    }),
    decimal: (value) => one.format(value),
    day: (number) => data.days[number].t,
    // Days as spans of the month: 1–5, 8.
    spans: (numbers) => {
      const spans = [];
      numbers.forEach((number) => {
        const last = spans[spans.length - 1];
        if (last && last[1] === number - 1) { last[1] = number; } else { spans.push([number, number]); }
      });
      return spans.map(([from, to]) => (from === to ? `${data.days[from].n}` : `${data.days[from].n}–${data.days[to].n}`)).join(", ");
    },
    tripName: (trip) => trip.id.startsWith(Moves.NEW) ? fill(words.new_trip, { number: trip.id.slice(Moves.NEW.length) }) : trip.id
  };
}
