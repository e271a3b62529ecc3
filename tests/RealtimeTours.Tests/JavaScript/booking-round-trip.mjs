// Measures POST /api/bookings → callbacks of two watchers, all on one clock.
// usage: node booking-round-trip.mjs <web> <hub of browser 1> <hub of browser 2> <token> <bookings> <tour ids>
import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';

const [web, hub1, hub2, token, bookings, ids] = process.argv.slice(2);
const tours = ids.split(',');
const warmUp = 150;
// A tour is booked again only after this, so that no booking waits for the flush interval of the one before.
const restMilliseconds = 150;
const get = async path => (await (await fetch(web + path)).json()).data;

const departures = [];
for (const id of tours)
  for (const departure of (await get(`/api/tours/${id}`)).tour.departures)
    if (departure.availableSpots > 0) departures.push({ tourId: id, date: departure.date, seats: departure.availableSpots });

departures.sort((a, b) => a.date.localeCompare(b.date)); // neighbours are on different tours
const bookedAt = new Map();
const rested = departure => performance.now() - (bookedAt.get(departure.tourId) ?? -Infinity) > restMilliseconds;

const waiting = new Map(); // "tour date" → resolve when both have seen it
const connect = async hub => {
  const connection = new HubConnectionBuilder()
    .withUrl(hub, { transport: HttpTransportType.WebSockets, skipNegotiation: true }).configureLogging(LogLevel.None).build();
  connection.on('AvailabilityUpdated', update => waiting.get(`${update.tourId} ${update.date}`)?.(connection, update));
  await connection.start();
  await connection.invoke('WatchTours', tours);
  return connection;
};
const connections = [await connect(hub1), await connect(hub2)];

const answer = [], both = [];
let next = 0;
for (let i = 0; i < warmUp + Number(bookings); i++) {
  let departure;
  while (!(departure = departures.slice(next).concat(departures.slice(0, next)).find(d => d.seats > 0 && rested(d)))) {
    if (departures.every(d => d.seats < 1)) throw new Error('the catalogue is sold out');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  next = departures.indexOf(departure) + 1;
  bookedAt.set(departure.tourId, performance.now());
  const seen = new Set();
  const sent = performance.now();
  const arrived = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no update for ${departure.tourId} within 5 s`)), 5_000);
    waiting.set(`${departure.tourId} ${departure.date}`, (connection, update) => {
      if (update.availableSpots > departure.seats - 1) return;
      seen.add(connection);
      if (seen.size === connections.length) { clearTimeout(timer); resolve(performance.now() - sent); }
    });
  });
  const response = await fetch(`${web}/api/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ tourId: departure.tourId, date: departure.date, participants: 1 }),
  });
  const answered = performance.now() - sent;
  await response.text();
  if (response.status !== 201) throw new Error(`booking was refused: ${response.status}`);
  const reached = await arrived;
  departure.seats--;
  waiting.delete(`${departure.tourId} ${departure.date}`);
  if (i >= warmUp) { answer.push(answered); both.push(reached); }
}
console.log(JSON.stringify({ answer, both }));
process.exit(0);
