// Package bucket reads and writes places in object storage: what a URL names, with
// gocloud.dev below.
//
//	file:///var/lib/net-mesh      a folder of this machine
//	s3://fleet/2026?region=...    Amazon S3 and servers that speak its protocol
//	gs://fleet/2026               Google Cloud Storage
//	azblob://fleet/2026           Azure Blob Storage
//
// The host of a URL is the bucket, its path the beginning of the keys below which all
// lies, and its query is for the driver. A scheme works in a program that imports its
// driver (gocloud.dev/blob/s3blob and so on); this package imports the one for file.
//
// What is below a place is an fs.FS whose files are io.ReaderAt: [Bucket.Files]. It
// needs few requests:
//
//	list      one for each 1,000 keys of the place, or of the folder that is asked for
//	describe  none: the list says sizes and times
//	read      one for each 8 MiB of a file that is read from front to back, one for
//	          each 256 KiB around a place that is read by itself, one for a whole
//	          file of up to 1 MiB
//
// An object is the one that was listed: if another took its place, reading fails with
// [redex.ErrChanged].
//
// [Bucket.Write] makes an object whole or not at all.
package bucket
