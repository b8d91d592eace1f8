//go:build js

package main

import (
	"syscall/js"

	"chainglass/app/browser"
	"chainglass/app/host"
)

// runPage makes a global "probe" for the tests: what came from the worker and
// from the user, and a function to send and one for every service.
func runPage(worker *browser.Worker) {
	probe := js.Global().Get("Object").New()
	for _, list := range []string{"answers", "crashes", "intakes", "done", "keys", "fragments", "walks", "scrolls", "sizes", "pointers"} {
		probe.Set(list, js.Global().Get("Array").New())
	}
	note := func(list string, value any) { probe.Get(list).Call("push", value) }
	reason := func(err error) {
		if err != nil {
			note("done", err.Error())
		} else {
			note("done", "")
		}
	}

	worker.Listen(
		func(message []byte) { note("answers", string(message)) },
		func(err error) { note("crashes", err.Error()) })
	browser.ListenIntake(browser.Intake{
		Walking: func(_ host.Origin, count int) { note("walks", count) },
		Files: func(origin host.Origin, files host.Files, notes []string) {
			note("intakes", map[string]any{
				"origin": string(origin), "count": files.Count, "totalBytes": files.TotalBytes, "notes": anys(notes),
			})
			worker.Post([]byte("files"), []host.Files{files})
		},
	})
	browser.OnKey(func(k host.Key) bool {
		note("keys", k.Name)
		return k.Name == "x"
	})
	browser.OnFragment(func(text string) { note("fragments", text) })

	export := func(name string, f func(args []js.Value)) {
		probe.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any {
			f(args)
			return nil
		}))
	}
	export("send", func(args []js.Value) { worker.Post([]byte(args[0].String()), nil) })
	export("restart", func([]js.Value) { worker.Restart() })
	export("openSample", func([]js.Value) { browser.OpenSample() })
	export("openCarried", func([]js.Value) { browser.OpenCarried() })
	export("setFragment", func(args []js.Value) { browser.SetFragment(args[0].String()) })
	export("copyText", func(args []js.Value) { browser.CopyText(args[0].String(), reason) })
	export("save", func(args []js.Value) { browser.Save(args[0].String(), "text/plain", []byte(args[1].String())) })
	export("savePage", func(args []js.Value) {
		var data browser.Parts
		for _, part := range args[2:] {
			data.Add([]byte(part.String()))
		}
		browser.SavePage(args[0].String(), host.Carried{
			DataName: args[1].Get("dataName").String(),
			Title:    args[1].Get("title").String(),
			Fragment: args[1].Get("fragment").String(),
			Report:   args[1].Get("report").String(),
		}, &data, func(_ int64, err error) { reason(err) })
	})
	var release []func()
	export("watch", func(args []js.Value) {
		e := browser.ElementByID(args[0].String())
		release = []func(){
			e.OnScroll(func(top float64, byHand bool) { note("scrolls", []any{top, byHand}) }),
			e.OnSize(func(width, height float64) { note("sizes", []any{width, height}) }),
			e.OnPointer(
				func(p host.Pointer) { note("pointers", []any{p.X, p.Y, p.Down, p.Shift}) },
				func() { note("pointers", "gone") }),
		}
	})
	export("release", func([]js.Value) {
		for _, f := range release {
			f()
		}
	})
	js.Global().Set("probe", probe)
}

func anys(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}
