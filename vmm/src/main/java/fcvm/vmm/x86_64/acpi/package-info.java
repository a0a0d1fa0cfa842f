/// The ACPI tables of an x86_64 microVM, built from scratch.
///
/// Start with [fcvm.vmm.x86_64.acpi.AcpiTables], which builds all of them. An
/// [fcvm.vmm.x86_64.acpi.AcpiTable] is a header and a checksum around bytes; the devices are
/// described in [fcvm.vmm.x86_64.acpi.Aml], ACPI's byte code, of which this has the few operators
/// that are needed. Source: ACPI specification 6.5.
package fcvm.vmm.x86_64.acpi;
