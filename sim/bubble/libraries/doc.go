// Package libraries tests widely used modules in every order.
package libraries
