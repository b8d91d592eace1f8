package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// Addresses that mail and chat changed open the place they are of, and what cannot
// be put right is said.
func TestAddressesThroughMailAndChat(t *testing.T) {
	p := openPage(t, serve(t, incidentFolder(t))+"#v1&node=node-2&channel=meshos%2Factions&at=947&zone=Europe%2FBerlin&q=outcome%3Afailed")
	p.waitRows()
	p.wait(`location.hash.includes("sum=") && location.hash.includes("at=947")`)
	var hash string
	p.eval(`location.hash.slice(1)`, &hash)
	for _, changed := range []string{
		strings.ReplaceAll(hash, "&", "&amp;"),
		strings.NewReplacer("&", "%26", "=", "%3D", "%", "%25").Replace(hash),
		hash + ").",
		hash + "\u200b",
		strings.Replace(hash, "node-2", "no\n> de-2", 1),
	} {
		p.eval(`location.hash = "v1&node=node-1&channel=meshos%2Factions&at=3"`, nil)
		p.wait(`location.hash.includes("node-1") && location.hash.includes("at=3") && location.hash.includes("sum=")`)
		p.eval(fmt.Sprintf(`location.hash = %q`, changed), nil)
		p.wait(fmt.Sprintf(`location.hash === %q`, "#"+hash))
		p.waitText(".row.head", "Europe/Berlin")
		p.wait(`!document.querySelector(".card.warning")`)
	}
	p.eval(fmt.Sprintf(`location.hash = %q`, hash[:len(hash)-9]), nil)
	p.waitText(".card.warning", "This address was changed on its way")
}

// A link that carries its data opens with what mail and chat put behind and into it.
func TestLinksWithDataThroughMailAndChat(t *testing.T) {
	link := linkTo(t, fewRecords(t)) + "&v1&node=node-few&channel=meshos%2Factions&at=7"
	site := serve(t)
	for _, changed := range []string{
		link + ".", link + "%E2%80%8B", strings.Replace(link, "&", "&amp;", -1),
		link[:40] + "%0D%0A%3E%20" + link[40:], strings.ReplaceAll(strings.ReplaceAll(link, "=", "%3D"), "&", "%26"),
	} {
		p := openPage(t, site+"#"+changed)
		p.waitLinked()
		p.waitSelected(7)
		p.wait(`!document.querySelector(".notice") && !document.querySelector(".card.warning")`)
	}
}
