package ui

import (
	"github.com/mintfax/mintfax/shared/contract"
)

// View is what the layout shows.
type View struct {
	Title   string
	Section string // of the navigation
	Refresh string // where to go in two seconds, if anywhere
	User    *user  // nil when nobody is signed in
	Notice  *Notice
	Body    any
}

// user is who is signed in, and the token of their forms.
type user struct {
	Name      string
	Email     string
	CSRF      string
	Activated bool
}

// Notice is a sentence above the page.
type Notice struct {
	Bad  bool
	Text string
}

// doneNotice says what has just been done. The address names it; the words are ours.
func doneNotice(what string) *Notice {
	text, known := map[string]string{
		"renamed": "The new name is saved.", "revoked": "The key is revoked. Every request with it is refused from now on.",
		"environment": "The environment is there. Make a key for it below.", "card-removed": "The card is removed. Nothing can be charged to it any more.",
		"auto-on": "Automatic top-up is on.", "auto-off": "Automatic top-up is off. Nothing is charged by itself.",
		"topped-up": "Thank you. The credits are in your live pool.", "settings": "Your settings are saved.", "sent": "Your fax is on its way.", "erased": "The fax is erased.",
	}[what]
	if !known {
		return nil
	}
	return &Notice{Text: text}
}

// activationForm is the body of the template "activation", the form of the first purchase.
type activationForm struct {
	CSRF     string
	Packages []contract.CreditPackage
}

func activation(csrf string, packages []contract.CreditPackage) activationForm {
	return activationForm{csrf, packages}
}
