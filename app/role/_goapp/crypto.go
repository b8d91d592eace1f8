package app

import "errors"

// The page keeps nothing in a browser's storage that go-app would encrypt, so
// that it needs no cipher; with what belongs to one it would be a twentieth
// larger.
var errNoCipher = errors.New("the page has no cipher")

func encrypt(string, []byte) ([]byte, error) { return nil, errNoCipher }

func decrypt(string, []byte) ([]byte, error) { return nil, errNoCipher }
