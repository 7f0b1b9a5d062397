package edge

import (
	"net/netip"
)

// Proxies are the addresses whose X-Forwarded-For is believed.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks, and leaves out what is neither: the configuration was checked.
func ParseProxies(texts []string) Proxies {
	var all Proxies
	for _, text := range texts {
		if network, err := netip.ParsePrefix(text); err == nil {
			all = append(all, network.Masked())
		} else if addr, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
		}
	}
	return all
}

// Trust reports whether addr is a trusted proxy.
func (p Proxies) Trust(addr netip.Addr) bool {
	for _, network := range p {
		if network.Contains(addr.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// Client is the address that a client is counted by, an IPv6 one by its /64: a whole such network is usually one customer's.
func Client(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return network.String()
}
