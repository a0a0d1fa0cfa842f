/// Files and directories of the host as tar archives, and back, for `fcvm cp`.
@org.jspecify.annotations.NullMarked
package fcvm.container.copy;
