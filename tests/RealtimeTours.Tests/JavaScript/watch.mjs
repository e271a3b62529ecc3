// Watches tours with the official SignalR client and prints everything the hub says, one JSON object per line.
// usage: node watch.mjs <hub address> <comma-separated tour ids> [token] [transport: WebSockets, ServerSentEvents, LongPolling] [each]
// With each: a call per tour, all at once.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const [address, list, token, transport, each] = process.argv.slice(2);
const print = (method, argument) => console.log(JSON.stringify({ method, argument, at: Date.now() }));

const connection = new HubConnectionBuilder()
  .withUrl(address, { ...(token && { accessTokenFactory: () => token }), ...(transport && { transport: HttpTransportType[transport] }) })
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 200 })
  .configureLogging(LogLevel.None)
  .build();

for (const method of ['AvailabilityUpdated', 'AvailabilityAlert', 'ViewersChanged', 'TourUpdated', 'BookingUpdated',
  'LoyaltyPointsEarned', 'LoyaltyTierUpgraded', 'LoyaltyRewardRedeemed'])
  connection.on(method, argument => print(method, argument));

const tours = list.split(',').filter(Boolean);
const watch = async () => print('snapshots', await (each
  ? Promise.all(tours.map(tour => connection.invoke('WatchTour', tour)))
  : connection.invoke('WatchTours', tours)));
connection.onreconnecting(error => print('reconnecting', error?.message ?? null));
connection.onclose(error => print('closed', error?.message ?? null));
connection.onreconnected(async () => { print('reconnected', null); await watch(); });

await connection.start();
await watch();

// A word on standard input: "flood" calls as fast as possible. Ends with the test that started it.
process.stdin.on('data', () => { for (let call = 0; call < 10_000; call++) connection.send('Nobody').catch(() => {}); });
process.stdin.on('end', () => process.exit(0));
