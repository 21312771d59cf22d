// A consumer by the official client, as it comes. Prints what went wrong as a JSON list.
import { createRequire } from 'node:module';

const MNS = createRequire(import.meta.url)('@alicloud/mns');
const [endpoint, accessKeyId, accessKeySecret, runs, text] = process.argv.slice(2);
const faults = [];
const ok = (good, what) => { if (!good) faults.push(what); };
const client = (secret = accessKeySecret) => new MNS('default', { endpoint, accessKeyId, accessKeySecret: secret });
const decoded = (body) => Buffer.from(body, 'base64').toString();
const coded = (body) => Buffer.from(body).toString('base64');
const refused = async (name, call) => {
  try { await call(); faults.push(`${name} was accepted`); } catch (error) { ok(error.name === name, `${name}: ${error.name}`); }
};

try {
  const c = client(), q = 'node-one';
  const made = await c.createQueue(q, { VisibilityTimeout: 3 });
  ok(made.code === 201 && made.headers.location.endsWith('/queues/node-one'), `create ${JSON.stringify(made)}`);
  ok((await c.getQueueAttributes(q)).body.VisibilityTimeout === '3', 'attributes');
  ok((await c.listQueue('', 10, 'node-one')).body.length === 1, 'list');
  const sent = await c.sendMessage(q, { MessageBody: coded(text), Priority: 3 });
  ok((await c.peekMessage(q)).body.MessageId === sent.body.MessageId, 'peek');
  const got = await c.receiveMessage(q, 2);
  ok(decoded(got.body.MessageBody) === text && got.body.Priority === '3', 'receive');
  const longer = await c.changeMessageVisibility(q, got.body.ReceiptHandle, 10);
  ok((await c.deleteMessage(q, longer.body.ReceiptHandle)).code === 204, 'delete');
  await refused('MNSMessageNotExistError', () => c.receiveMessage(q, 1));
  await c.batchSendMessage(q, [1, 2, 3].map((n) => ({ MessageBody: coded(`m${n}`) })));
  const many = await c.batchReceiveMessage(q, 16, 1);
  ok(many.body.length === 3, 'batch');
  await c.batchDeleteMessage(q, many.body.map((one) => one.ReceiptHandle));
  await refused('MNSSignatureDoesNotMatchError', () => client('wrong').getQueueAttributes(q));
  await refused('MNSQueueNotExistError', () => c.receiveMessage('node-none', 1));
  await c.createTopic('node-topic');
  ok((await c.publishMessage('node-topic', { MessageBody: 'from node' })).body.MessageId, 'publish');
  const types = [];
  for (let n = 0; n < 15 && types.length < 2; n++) {
    try {
      const told = await c.receiveMessage(runs, 2);
      types.push(JSON.parse(decoded(told.body.MessageBody)).Type);
      await c.deleteMessage(runs, told.body.ReceiptHandle);
    } catch (error) {
      if (error.name !== 'MNSMessageNotExistError') throw error;
    }
  }
  ok(types.join() === 'Start,Report', `messages of a run: ${types}`);
  ok((await c.deleteQueue(q)).code === 204, 'delete queue');
} catch (error) {
  faults.push(`${error.name}: ${error.message}`);
}
console.log(JSON.stringify(faults));
