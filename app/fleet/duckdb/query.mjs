// Runs the queries of a list on standard input, one after the other in one database, and prints
// the rows of each as lists of objects.
import { DuckDBInstance } from "@duckdb/node-api";

let input = "";
for await (const piece of process.stdin) input += piece;
const database = await DuckDBInstance.create(":memory:");
const connection = await database.connect();
const answers = [];
for (const query of JSON.parse(input)) {
  const reader = await connection.runAndReadAll(query);
  answers.push(reader.getRowObjectsJson());
}
process.stdout.write(JSON.stringify(answers));
