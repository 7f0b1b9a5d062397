package destination

// Country is a destination with a rate.
type Country struct {
	Region  string // ISO 3166-1 alpha-2
	Name    string
	Credits int64 // for one page
}

// Countries lists every live destination. A country that is not here is refused; islands that share
// the code +1 with the United States are countries of their own.
func Countries() []Country {
	return []Country{
		{"US", "United States", 6},
		{"CA", "Canada", 6},
	}
}

// SandboxCredits is the rate, for one page, of every number in a sandbox.
const SandboxCredits = 6
