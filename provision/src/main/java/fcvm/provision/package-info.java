/// What must be fetched or built before a VM can run, found again by its content.
package fcvm.provision;
