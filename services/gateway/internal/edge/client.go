package edge

import (
	"net/netip"

	"github.com/gin-gonic/gin"
)

// Proxies are the addresses whose X-Forwarded-For is trusted.
type Proxies []netip.Prefix

// ParseProxies parses addresses and networks. It skips what is neither: the configuration was validated.
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

// ClientNetwork returns the network that a request is counted by: an IPv4 address, or the /64 of an IPv6 address,
// which usually is one customer's.
func ClientNetwork(c *gin.Context) string {
	addr, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "unknown"
	}
	return networkOf(addr)
}

func networkOf(addr netip.Addr) string {
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
