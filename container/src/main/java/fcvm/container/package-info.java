/// The host side of a container in a microVM.
package fcvm.container;
