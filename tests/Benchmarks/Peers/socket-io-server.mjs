// Socket.IO as its documentation sets up several nodes: Redis adapter behind, a RabbitMQ consumer in front. WebSocket only, compression off.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import amqp from 'amqplib';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const [port, rabbitMq, exchange, redis] = process.argv.slice(2);

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, httpCompression: false, serveClient: false });
const publishing = new Redis(redis);
io.adapter(createAdapter(publishing, publishing.duplicate()));
io.on('connection', (socket) => {
  socket.on('watch', async (tourIds, done) => {
    await socket.join(tourIds.map((tourId) => `tour:${tourId}`));
    done();
  });
});

const connection = await amqp.connect(rabbitMq);
const channel = await connection.createChannel();
await channel.assertExchange(exchange, 'topic', { durable: true });
const { queue } = await channel.assertQueue(`${exchange}.nodes`, { durable: false, autoDelete: true }); // the nodes share the events
await channel.bindQueue(queue, exchange, 'tour.availability.updated');
await channel.prefetch(200);
await channel.consume(queue, (message) => {
  const { data, source, timestamp } = JSON.parse(message.content.toString());
  const { tourId, date = null, availableSpots, previousSpots, capacity, status, version } = data;
  io.to(`tour:${tourId}`).emit('AvailabilityUpdated', { tourId, date, availableSpots, previousSpots, capacity, status, version, source, timestamp });
  channel.ack(message);
});

http.listen(Number(port), '127.0.0.1');
