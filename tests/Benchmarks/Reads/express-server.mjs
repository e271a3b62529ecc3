// The same read as one writes it from the documentation: the tour from Redis, its age added, Express's own JSON and ETag. No log, no other
// middleware.
import express from 'express';
import { Redis } from 'ioredis';

const [port, address, prefix] = process.argv.slice(2);

const redis = new Redis(address);
const app = express();
app.disable('x-powered-by');
app.get('/api/tours/:id', async (request, response) => {
  const kept = await redis.get(prefix + request.params.id);
  if (kept === null) return response.status(404).json({ success: false });
  const { tour, readAt } = JSON.parse(kept);
  const cacheAge = Math.floor((Date.now() - readAt) / 1000);
  response.set('Cache-Control', 'no-cache').json({ success: true, data: { tour, meta: { dataSource: 'cache', cacheAge, nextSyncIn: 0 } } });
});
app.listen(Number(port), '127.0.0.1');
