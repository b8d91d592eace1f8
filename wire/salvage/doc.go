// Package salvage finds records in a payload file whose index is lost, or does
// not reach as far as the file: payloads lie end to end, so that each record
// tells where the next one begins.
//
// [Run] goes through dat in three steps.
//
//  1. Walk. From one record to the next, as long as each decodes. Where one does
//     not, the next place is sought where a record decodes in the form that a node
//     writes, with a time near that of its neighbours. What lies between is a [Gap].
//     If a gap becomes whole records by turning one bit, the bit was turned there;
//     if it does only together with the record before it, that one is damaged too
//     and goes into the gap.
//  2. Align. Times of ts belong to records in order. At each gap the number of
//     records that are lost in it is chosen so that the times behind it agree with
//     those inside the records.
//  3. Judge. A turned bit often leaves a record that decodes. Where gaps show that
//     bits were turned, each record is held against its neighbours and against all
//     others: its id or seq, its time, its words and numbers. One that a single bit
//     tells from what is usual is [Doubtful].
//
// A payload has no checksum without its row of idx, so that nothing here is proof.
// [Doubt] says how sure a record is.
//
// Work is linear in the size of dat, and memory is about 10 bytes a record, or 40 where
// records are judged ([maxJudged]). Nothing in dat is believed before it was seen.
package salvage
