package intake

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
)

// isWebhookURL accepts an http or https URL without credentials whose host is a public name or address. Where a name resolves
// to is checked when it is called.
func isWebhookURL(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || len(text) > maxURL || !contract.Printable(text) || parsed.User != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return false
	}
	if _, port, has := strings.Cut(strings.TrimPrefix(parsed.Host, "["+parsed.Hostname()+"]"), ":"); has && !isPort(port) {
		return false
	}
	if addr, err := netip.ParseAddr(parsed.Hostname()); err == nil {
		return isPublic(addr)
	}
	return isPublicName(strings.ToLower(parsed.Hostname()))
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// isPublicName reports whether a host is a name whose domain can be public. Many programs take a name whose last label is a
// number for an address, in decimal, octal or hexadecimal (WHATWG URL, "ends in a number").
func isPublicName(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(host) > 253 || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	last := labels[len(labels)-1]
	if strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return false
	}
	switch last {
	case "localhost", "local", "internal", "localdomain", "lan", "intranet", "invalid", "onion":
		return false
	}
	return !strings.HasSuffix("."+strings.Join(labels, "."), ".home.arpa")
}

func isLabel(label string) bool {
	return label != "" && len(label) <= 63 && strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") == "" &&
		!strings.HasPrefix(label, "-") && !strings.HasSuffix(label, "-")
}

// isPublic reports whether an address is one of the public internet, and does not embed another address.
func isPublic(addr netip.Addr) bool {
	if addr.Zone() != "" || !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.Is4In6() {
		return false
	}
	for _, network := range reserved() {
		if network.Contains(addr) {
			return false
		}
	}
	return true
}

// reserved are the networks of IANA's special-purpose registries that net/netip does not know, and those of IPv6 that
// lead to an address of IPv4.
func reserved() []netip.Prefix {
	var networks []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		networks = append(networks, netip.MustParsePrefix(text))
	}
	return networks
}
