/// What runs in the guest, and the protocol that host and guest speak.
package fcvm.agent;
