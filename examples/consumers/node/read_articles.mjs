#!/usr/bin/env node
// Reads the compacted topic `articles-published` and prints articles, one JSON object a line.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";

import { Kafka as binding } from "cloudevents";
import { Kafka, logLevel } from "kafkajs";

import { Articles, TooNew } from "./articles.mjs";

const USAGE = `usage: node read_articles.mjs [--kafka HOST:PORT[,HOST:PORT]] [--topic NAME] [--until-end]
  --until-end  print every public article as of now, and end; without it, print each change as it comes
exit codes: 0 read, 1 Kafka cannot be read, 2 wrong usage, 3 the topic holds events too new for this consumer`;

function options() {
  const { values } = parseArgs({
    options: {
      kafka: { type: "string", default: process.env.KAFKA_BOOTSTRAP_SERVERS ?? "localhost:9092" },
      topic: { type: "string", default: "articles-published" },
      "until-end": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return { ...values, untilEnd: values["until-end"] };
}

/** A record as a CloudEvent. Kafka's headers are bytes and may repeat: of a name that stands twice the first counts. */
function toEvent({ key, value, headers }) {
  const texts = Object.entries(headers ?? {}).map(([name, given]) => [name, [given].flat()[0]?.toString()]);
  const event = binding.toEvent({ key: key?.toString(), value, headers: Object.fromEntries(texts) });
  event.validate();
  if (typeof event.data?.article_id !== "string") throw new Error("no article_id in the data");
  return event;
}

/** The offsets at which the partitions end now; those that hold nothing are left out. */
async function ends(kafka, topic) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    // Asked for what is not there, Kafka's client would try for a while before it says so.
    if (!(await admin.listTopics()).includes(topic)) throw new Error(`no topic ${topic} that we may read`);
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.filter(({ low, high }) => low !== high).map((at) => [at.partition, BigInt(at.high)]));
  } finally {
    await admin.disconnect();
  }
}

/** A promise to be settled from outside; `over` tells whether it was. */
function ending() {
  const one = { over: false };
  one.promise = new Promise((resolve, reject) => {
    one.resolve = () => resolve((one.over = true));
    one.reject = (error) => reject(error, (one.over = true));
  });
  one.promise.catch(() => {}); // it may be settled before anyone waits for it
  return one;
}

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const say = (text) => process.stderr.write(`${text}\n`);

/** Takes in the topic from its beginning: up to its present end, or until we are told to stop. */
async function read({ kafka, topic, untilEnd }) {
  const articles = new Articles();
  const left = await ends(kafka, topic);
  if (untilEnd && left.size === 0) return;

  // The topic is the state of the world: it is read whole at every start, so no offset is ever committed
  // and each run is a group of its own. With a database of your own, keep the offsets there beside the state.
  const consumer = kafka.consumer({
    groupId: `newsloom-example-${randomUUID()}`,
    maxWaitTimeInMs: 500, // how long a quiet topic delays our ending
  });
  const ended = ending();
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || ended.reject(payload.error));
  // Stopped half-way through, `--until-end` has no whole state to print: then the signal just kills, as usual.
  if (!untilEnd) process.once("SIGINT", ended.resolve).once("SIGTERM", ended.resolve);

  const take = async ({ partition, message }) => {
    if (ended.over) return;
    try {
      const news = articles.take(toEvent(message));
      if (news && !untilEnd) print(news);
    } catch (error) {
      if (error instanceof TooNew) return ended.reject(error);
      // Whoever may write to a topic can write nonsense; it must not keep us from all that follows.
      say(`skipped the record at ${partition}:${message.offset}: ${error.message.split("\n")[0]}`);
    }
    if (BigInt(message.offset) + 1n >= left.get(partition)) left.delete(partition);
    if (untilEnd && left.size === 0) ended.resolve();
  };

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: take });
    await ended.promise;
  } finally {
    await consumer.disconnect();
  }
  if (untilEnd) for (const article of articles.published()) print(article);
}

async function main() {
  const given = options();
  if (given.help) return say(USAGE);
  const brokers = given.kafka.split(",");
  // What matters is said below, once and in words.
  const kafka = new Kafka({ clientId: "newsloom-example", brokers, logLevel: logLevel.NOTHING });
  await read({ ...given, kafka });
}

/** What to say of an error, and the exit code. */
function explained(error) {
  if (error.code?.startsWith("ERR_PARSE_ARGS")) return [`${error.message}\n${USAGE}`, 2];
  if (error instanceof TooNew) return [`error: ${error.message}`, 3];
  return [`error: ${error.message}\nfix: name a broker with --kafka and a topic that it has with --topic`, 1];
}

process.stdout.on("error", () => process.exit(0)); // whoever read our lines has enough, as `head` does
try {
  await main();
} catch (error) {
  const [words, code] = explained(error);
  say(words);
  process.exitCode = code;
}
