package api

import "time"

// SavedKey is a key and the answer under it, in a form that can be written down.
type SavedKey struct {
	Key       string    `json:"key"`
	Endpoint  string    `json:"endpoint"`
	Params    string    `json:"params"`
	Began     time.Time `json:"began"`
	Status    int       `json:"status"`
	Body      []byte    `json:"body"`
	RequestID string    `json:"request_id"`
}

// Snapshot returns the keys of the last day that were answered, in no order.
func (k *Keys) Snapshot() []SavedKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	saved := []SavedKey{}
	for key, u := range k.uses {
		if !u.done || u.answer.Forget || k.now().Sub(u.began) >= keyLifetime {
			continue
		}
		saved = append(saved, SavedKey{
			Key: key, Endpoint: u.endpoint, Params: u.params, Began: u.began,
			Status: u.answer.Status, Body: u.answer.Body, RequestID: u.answer.RequestID,
		})
	}
	return saved
}

// Restore adds what a snapshot has.
func (k *Keys) Restore(saved []SavedKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range saved {
		k.uses[s.Key] = &keyUse{
			endpoint: s.Endpoint, params: s.Params, began: s.Began, done: true,
			answer: Response{Status: s.Status, Body: s.Body, RequestID: s.RequestID},
		}
	}
}
