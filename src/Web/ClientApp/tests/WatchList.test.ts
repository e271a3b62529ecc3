import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatchList } from '../src/live/WatchList';

const ids = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);

test('A list page is one call, up to 200 tours', () => {
  const list = new WatchList();
  list.want(ids(200));
  assert.deepEqual(list.takeDue(), { unwatch: [], watch: [ids(200)], watchAsViewer: [] });
  assert.deepEqual(list.takeDue(), { unwatch: [], watch: [], watchAsViewer: [] });
});

test('More than 200 are split, and a connection never watches more than 1,000', () => {
  const list = new WatchList();
  list.want(ids(1_050));
  assert.deepEqual(list.takeDue().watch.map((call) => call.length), [200, 200, 200, 200, 200]);
  assert.deepEqual(list.takeDue().watch, []);
});

test('Going from the list to one of its tours unwatches the others only, and becomes its viewer', () => {
  const list = new WatchList();
  list.want(['a', 'b', 'c']);
  list.takeDue();
  list.wantAsViewer('b');
  list.unwant(['a', 'b', 'c']);
  assert.deepEqual(list.takeDue(), { unwatch: [['a', 'c']], watch: [], watchAsViewer: ['b'] });
  assert.deepEqual(list.takeDue(), { unwatch: [], watch: [], watchAsViewer: [] });
});

test('Going back to the list ends being a viewer, not watching', () => {
  const list = new WatchList();
  list.wantAsViewer('b');
  list.takeDue();
  list.want(['a', 'b']);
  list.unwantAsViewer('b');
  assert.deepEqual(list.takeDue(), { unwatch: [['b']], watch: [['b', 'a']], watchAsViewer: [] });
});

test('Two places of a page that watch a tour as its viewer are one until both have gone', () => {
  const list = new WatchList();
  list.wantAsViewer('a');
  list.wantAsViewer('a');
  assert.deepEqual(list.takeDue().watchAsViewer, ['a']);
  list.unwantAsViewer('a');
  assert.deepEqual(list.takeDue(), { unwatch: [], watch: [], watchAsViewer: [] });
  list.unwantAsViewer('a');
  assert.deepEqual(list.takeDue(), { unwatch: [['a']], watch: [], watchAsViewer: [] });
});

test('A new connection watches everything wanted again', () => {
  const list = new WatchList();
  list.want(['a', 'b']);
  list.wantAsViewer('c');
  list.takeDue();
  list.forgetConnection();
  assert.deepEqual(list.takeDue(), { unwatch: [], watch: [['a', 'b']], watchAsViewer: ['c'] });
});

test('What a failed call asked for is asked for again', () => {
  const list = new WatchList();
  list.want(['a', 'b']);
  list.takeDue();
  list.forget(['a', 'b']);
  assert.deepEqual(list.takeDue().watch, [['a', 'b']]);
});
