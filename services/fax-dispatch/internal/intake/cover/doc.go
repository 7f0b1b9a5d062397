// Package cover fills the templates of cover pages: who sends what to whom.
package cover
