// Package child reads documents that need a complicated parser, in a process of its own: the service's
// program started again with the argument "inspect". The child has limits on time and memory and
// nothing to steal; a document that breaks it breaks nothing else.
package child
