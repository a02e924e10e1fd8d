import { test } from "vitest";
import { adapterSuites } from "./adapters.ts";

adapterSuites({ test });
