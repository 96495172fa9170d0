// The build makes one file of it: loading its hundreds takes a quarter of a second of every command.
export * from "typebox";
