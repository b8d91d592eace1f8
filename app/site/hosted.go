//go:build !js

package site

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
)

// Names of what makes the hosted page work offline and installable. They stay
// the same from version to version: browsers know an installed page by them.
const (
	workerName   = "sw.js"
	manifestName = "manifest.webmanifest"
)

// chainMediaType is the media type of a chain export.
const chainMediaType = "application/vnd.chainglass.chain"

// icon is a picture that systems show for the installed page.
type icon struct{ stem, sizes, purpose string }

// icons are made from icon.svg. What is maskable has room around it, for systems
// that cut their own shape out of it.
var icons = [...]icon{
	{"icon-192", "192x192", "any"},
	{"icon-512", "512x512", "any"},
	{"maskable-512", "512x512", "maskable"},
}

// iconFiles reads the icons, in the order of icons.
func iconFiles(files fs.FS) ([]hostedFile, error) {
	var read []hostedFile
	for _, i := range icons {
		content, err := fs.ReadFile(files, "icons/"+i.stem+".png")
		if err != nil {
			return nil, err
		}
		read = append(read, hostedFile{name: contentName(i.stem, content, ".png"), mediaType: "image/png", plain: content, fixed: true})
	}
	return read, nil
}

// manifest describes the page to a system that installs it. All addresses are
// relative: the page may lie in any folder.
type manifest struct {
	Name          string         `json:"name"`
	ShortName     string         `json:"short_name"`
	Description   string         `json:"description"`
	StartURL      string         `json:"start_url"`
	Scope         string         `json:"scope"`
	Display       string         `json:"display"`
	Theme         string         `json:"theme_color"`
	Background    string         `json:"background_color"`
	Icons         []manifestIcon `json:"icons"`
	FileHandlers  []fileHandler  `json:"file_handlers"`
	LaunchHandler launchHandler  `json:"launch_handler"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

type fileHandler struct {
	Action string              `json:"action"`
	Accept map[string][]string `json:"accept"`
}

type launchHandler struct {
	ClientMode string `json:"client_mode"`
}

// manifestFile describes the page with these icons.
func manifestFile(pictures []hostedFile) (hostedFile, error) {
	m := manifest{
		Name:        "Chainglass",
		ShortName:   "Chainglass",
		Description: "Opens the action chains of a net-mesh cluster in this browser. Nothing that is opened leaves it.",
		StartURL:    ".",
		Scope:       ".",
		Display:     "standalone",
		Theme:       "#f5f6f8",
		Background:  "#ffffff",
		FileHandlers: []fileHandler{{
			Action: ".",
			Accept: map[string][]string{chainMediaType: {".chain"}},
		}},
		// A file that is opened joins what is open, as if it was dropped.
		LaunchHandler: launchHandler{ClientMode: "focus-existing"},
	}
	for i, picture := range pictures {
		m.Icons = append(m.Icons, manifestIcon{picture.name, icons[i].sizes, picture.mediaType, icons[i].purpose})
	}
	text, err := json.MarshalIndent(m, "", "  ")
	return hostedFile{name: manifestName, mediaType: "application/manifest+json", plain: append(text, '\n')}, err
}

// kept is a file as the service worker knows it.
type kept struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Integrity string `json:"integrity"`
	// Fixed tells that the name never means another content.
	Fixed bool `json:"fixed,omitempty"`
}

// workerFile is the service worker that keeps these files, and the version that
// they make together: a hash of all of them.
func (s *Site) workerFile(files []hostedFile) (worker hostedFile, version string, err error) {
	var list struct {
		Version string `json:"version"`
		Files   []kept `json:"files"`
	}
	for _, f := range files {
		sum := sha256.Sum256(f.plain)
		list.Files = append(list.Files, kept{f.name, f.mediaType, "sha256-" + base64.StdEncoding.EncodeToString(sum[:]), f.fixed})
	}
	described, err := json.Marshal(list)
	if err != nil {
		return hostedFile{}, "", err
	}
	sum := sha256.Sum256(append(described, s.parts.offline...))
	list.Version = hex.EncodeToString(sum[:8])
	if described, err = json.Marshal(list); err != nil {
		return hostedFile{}, "", err
	}
	text := "const site = " + string(described) + ";\n" + s.parts.offline
	return hostedFile{name: workerName, mediaType: "text/javascript; charset=utf-8", plain: []byte(text)}, list.Version, nil
}
