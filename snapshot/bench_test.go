package snapshot

import "testing"

// go test -run - -bench . -count 10 ./snapshot | tee new.txt && benchstat old.txt new.txt

func BenchmarkCodec(b *testing.B) {
	b.Run("type=snapshot", func(b *testing.B) { benchCodec(b, snapshotCodec) })
	b.Run("type=audit", func(b *testing.B) { benchCodec(b, auditCodec) })
	b.Run("type=log", func(b *testing.B) { benchCodec(b, logCodec) })
	b.Run("type=failure", func(b *testing.B) { benchCodec(b, failureCodec) })
}

func benchCodec[T any](b *testing.B, c codec[T]) {
	var payloads, texts [][]byte
	var values []T
	payloadBytes, textBytes := 0, 0
	for _, v := range vectors(b, c.file) {
		payloads = append(payloads, v.bytes(b))
		texts = append(texts, []byte(v.Text))
		values = append(values, must(c.decode(v.bytes(b))))
		payloadBytes += len(v.Hex) / 2
		textBytes += len(v.Text)
	}
	run := func(name string, bytes int, step func(i int)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			for b.Loop() {
				for i := range payloads {
					step(i)
				}
			}
			b.ReportMetric(float64(b.N*len(payloads))/b.Elapsed().Seconds(), "records/s")
		})
	}
	var out []byte
	run("op=decode", payloadBytes, func(i int) { must(c.decode(payloads[i])) })
	run("op=encode", payloadBytes, func(i int) { out = c.appendPostcard(&values[i], out[:0]) })
	run("op=parse", textBytes, func(i int) { must(c.parse(texts[i])) })
	run("op=write", textBytes, func(i int) { out = c.appendJSON(&values[i], out[:0]) })
}

func BenchmarkViews(b *testing.B) {
	var (
		audit   AuditView
		log     LogView
		failure FailureView
	)
	benchView(b, "type=audit", auditCodec.file, func(p []byte) (int, error) { return DecodeAuditView(p, &audit) })
	benchView(b, "type=log", logCodec.file, func(p []byte) (int, error) { return DecodeLogView(p, &log) })
	benchView(b, "type=failure", failureCodec.file, func(p []byte) (int, error) { return DecodeFailureView(p, &failure) })
}

func benchView(b *testing.B, name, file string, view func([]byte) (int, error)) {
	var payloads [][]byte
	size := 0
	for _, v := range vectors(b, file) {
		payloads = append(payloads, v.bytes(b))
		size += len(v.Hex) / 2
	}
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, p := range payloads {
				must(view(p))
			}
		}
		b.ReportMetric(float64(b.N*len(payloads))/b.Elapsed().Seconds(), "records/s")
	})
}

func BenchmarkDiff(b *testing.B) {
	full := func(first uint64) *MeshOsSnapshot {
		s := rich()
		s.RecentFailures = fails(upTo(first, first+RecentFailuresCapacity-1)...)
		for i := range uint64(LogRingCapacity) {
			s.LogRing = append(s.LogRing, LogRecord{Seq: first + i, TSMS: first + i, Message: "throttling"})
		}
		return &s
	}
	x, y := full(1), full(4)
	b.ReportAllocs()
	for b.Loop() {
		Diff(x, y)
	}
}
