// Package ui is what all pages of the dashboard share: sessions in Redis and their cookies, the signed-in request, forms
// with their CSRF token, the layout, errors in plain words, lists, and how numbers and codes are written for people.
package ui
