/// Tar archives, read and written as a stream: POSIX ustar with what GNU and pax have added.
@org.jspecify.annotations.NullMarked
package fcvm.provision.tar;
