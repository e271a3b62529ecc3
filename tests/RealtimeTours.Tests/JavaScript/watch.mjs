// Watches tours with the official SignalR client and prints everything the hub says, one JSON object per line.
// usage: node watch.mjs <hub address> <comma-separated tour ids> [token] [transport: WebSockets, ServerSentEvents, LongPolling]
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const [address, tours, token, transport] = process.argv.slice(2);
const print = (method, argument) => console.log(JSON.stringify({ method, argument, at: Date.now() }));

const connection = new HubConnectionBuilder()
  .withUrl(address, { ...(token && { accessTokenFactory: () => token }), ...(transport && { transport: HttpTransportType[transport] }) })
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 200 })
  .configureLogging(LogLevel.None)
  .build();

for (const method of ['AvailabilityUpdated', 'AvailabilityAlert', 'ViewersChanged', 'TourUpdated', 'BookingUpdated',
  'LoyaltyPointsEarned', 'LoyaltyTierUpgraded', 'LoyaltyRewardRedeemed'])
  connection.on(method, argument => print(method, argument));

const watch = async () => print('snapshots', await connection.invoke('WatchTours', tours.split(',').filter(Boolean)));
connection.onreconnected(async () => { print('reconnected', null); await watch(); });

await connection.start();
await watch();

// Ends with the test that started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
