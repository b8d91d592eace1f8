//go:build !js

package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: slim IN OUT")
	}
	if err := slimFile(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func slimFile(in, out string) error {
	binary, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	if binary, err = slim(binary); err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, binary, 0o644)
}

// slim returns the binary with its data section written anew.
func slim(binary []byte) ([]byte, error) {
	return rewriteData(binary, func(m *memory) error {
		t, err := findLineTable(m.bytes)
		if err != nil {
			return err
		}
		t.dropNames()
		return t.dropLines()
	})
}
